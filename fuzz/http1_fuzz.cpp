// SPDX-License-Identifier: Apache-2.0
// The reader of HTTP/1.1 heads. The first four bytes choose role, policy, limits and cuts; the rest is the
// input. Properties: the same events and the same end for every split; the events keep what the header
// promises; a head that was read is written by HeadWriter and read again as the same events; lists end,
// within their value.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "linnet/codec/http1.hpp"
#include "linnet/codec/http1_field.hpp"
#include "linnet/codec/http1_writer.hpp"

namespace {

using namespace linnet;
using http1::Event;

void check(bool holds) {
  if (!holds) std::abort();
}

struct Read {
  std::string events;
  std::size_t consumed = 0;
  bool done = false;
  std::string rewritten;
  friend bool operator==(const Read&, const Read&) = default;
};

bool all(std::string_view text, bool (*in)(char)) {
  for (char character : text) {
    if (!in(character)) return false;
  }
  return true;
}

bool within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void read_list(std::string_view value) {
  http1::ListReader list{value};
  std::size_t steps = 0;
  while (const auto element = list.next_element()) {
    check(!element->empty() && within(*element, value) && ++steps <= value.size());
    while (const auto parameter = list.next_parameter()) {
      check(http1::is_token(parameter->name) && within(parameter->name, value) && ++steps <= value.size());
      if (!parameter->value) continue;
      check(within(*parameter->value, value) && (parameter->quoted || http1::is_token(*parameter->value)));
      std::vector<std::byte> out(parameter->value->size());
      check(!parameter->quoted || http1::unescape(*parameter->value, out).has_value());
    }
  }
  check(!list.next_element().has_value());
}

void examine(const Event& event, bool response) {
  switch (event.kind) {
    case Event::Kind::request_line:
      check(!response && http1::is_token(event.method()) && !event.target().empty() &&
            all(event.target(), [](char character) { return http1::is_vchar(character); }));
      break;
    case Event::Kind::status_line:
      check(response && event.status >= 100 && event.status <= 999);
      check(all(event.reason(), [](char character) { return http1::is_field_character(character); }));
      break;
    case Event::Kind::field:
      check(http1::is_token(event.name()));
      check(all(event.value(), [](char character) { return http1::is_field_character(character); }));
      check(event.value().empty() ||
            (!http1::is_whitespace(event.value().front()) && !http1::is_whitespace(event.value().back())));
      read_list(event.value());
      break;
    case Event::Kind::long_field:
      check(event.value().empty() && (event.name().empty() || http1::is_token(event.name())));
      break;
    case Event::Kind::end: break;
    case Event::Kind::error:
      check(event.status == 400 || event.status == 414 || event.status == 431 || event.status == 505);
      break;
  }
}

void write(http1::HeadWriter& writer, const Event& event) {
  if (event.kind == Event::Kind::request_line) writer.request_line(event.method(), event.target());
  if (event.kind == Event::Kind::status_line) writer.status_line(event.status, event.reason());
  if (event.kind == Event::Kind::field) writer.field(event.name(), event.value());
}

/// Reads `input` in pieces: `cut` 0 is whole, 1 byte by byte, others a few bytes at a time.
template <http1::Head head>
Read read(http1::LongField policy, std::size_t line_size, http1::Limits limits, std::string_view input,
          std::uint32_t cut) {
  Read result;
  std::vector<std::byte> line(line_size);
  std::vector<std::byte> out(4 * input.size() + 64);
  http1::HeadReader<head> reader{policy, line, limits};
  http1::HeadWriter writer{out};
  std::uint32_t seed = cut;
  while (!input.empty() && !reader.done() && !reader.failed()) {
    seed = seed * 1664525u + 1013904223u;
    std::size_t size = cut == 0 ? input.size() : cut == 1 ? 1 : 1 + (seed >> 16) % cut;
    if (size > input.size()) size = input.size();
    const std::vector<std::byte> piece(as_bytes(input).begin(),
                                       as_bytes(input).begin() + static_cast<std::ptrdiff_t>(size));
    reader.receive(piece);
    while (const auto event = reader.poll()) {
      examine(*event, head == http1::Head::response);
      write(writer, *event);
      result.events += std::to_string(static_cast<int>(event->kind)) + " " + std::to_string(event->status) +
                       " " + std::to_string(event->minor_version) + " " + std::string{event->first} + "\n" +
                       std::string{event->second} + "\n";
    }
    check(reader.consumed() <= size);
    check(reader.done() || reader.failed() || reader.consumed() == size);
    result.consumed += reader.consumed();
    input.remove_prefix(size);
  }
  check(result.consumed <= limits.max_head_bytes);
  if (reader.failed()) result.consumed = 0;  // says nothing then
  result.done = reader.done();
  if (result.done) {
    const auto written = writer.finish();
    check(written.has_value());
    result.rewritten = as_text(*written);
  }
  return result;
}

template <http1::Head head>
void run(const std::uint8_t* data, std::size_t size) {
  const auto policy = (data[0] & 2) != 0 ? http1::LongField::skip : http1::LongField::refuse;
  const std::size_t line_size = (data[0] & 4) != 0 ? 4096 : data[1];
  http1::Limits limits;
  if ((data[0] & 8) != 0)
    limits = {.max_head_bytes = data[2] * 4u, .max_fields = static_cast<std::uint16_t>(data[2] % 8)};
  const std::string_view input{reinterpret_cast<const char*>(data) + 4, size - 4};
  const Read whole = read<head>(policy, line_size, limits, input, 0);
  check(read<head>(policy, line_size, limits, input, 1) == whole);
  check(read<head>(policy, line_size, limits, input, 2u + data[3]) == whole);
  if (!whole.done || whole.rewritten.size() > 60'000) return;
  const Read again = read<head>(policy, 65'536, {.max_head_bytes = 65'536}, whole.rewritten, 0);
  check(again.done && again.consumed == whole.rewritten.size() && again.rewritten == whole.rewritten);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  (data[0] & 1) != 0 ? run<http1::Head::response>(data, size) : run<http1::Head::request>(data, size);
  return 0;
}
