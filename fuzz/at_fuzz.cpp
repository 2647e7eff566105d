// SPDX-License-Identifier: Apache-2.0
// The reader of what a modem says, and what reads its lines. The first three bytes choose the line buffer and
// the cuts; the rest is the input. Properties: the same tokens for every split; no byte of payload is taken
// for text or the other way round; fields end, within their line; the filter of transparent data gives back
// every byte in order.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "linnet/modem/at.hpp"
#include "linnet/modem/data_filter.hpp"
#include "linnet/modem/fields.hpp"

namespace {

using namespace linnet;
using modem::AtToken;

void check(bool holds) {
  if (!holds) std::abort();
}

std::size_t cut_size(std::uint32_t& seed, std::uint32_t cut, std::size_t left) {
  seed = seed * 1664525u + 1013904223u;
  const std::size_t size = cut == 0 ? left : cut == 1 ? 1 : 1 + (seed >> 16) % cut;
  return size < left ? size : left;
}

void read_fields(std::string_view line) {
  modem::Fields fields{line};
  const int count = fields.count();
  check(count >= 0 && static_cast<std::size_t>(count) <= line.size() + 1);
  int seen = 0;
  while (const auto field = fields.next()) {
    check(++seen <= count);
    check(field->empty() ||
          (field->data() >= line.data() && field->data() + field->size() <= line.data() + line.size()));
    if (const auto number = modem::parse_number(*field)) check(*number >= -999999999 && *number <= 999999999);
  }
  check(seen == count && !fields.next());
  (void)modem::final_result(line);
  (void)modem::is_boot_banner(line);
}

struct Read {
  std::string tokens;
  std::size_t payload = 0;
  friend bool operator==(const Read&, const Read&) = default;
};

/// `!n` announces n bytes of payload, `?` a prompt, `=` data for good.
Read read(std::string_view input, std::size_t line_size, std::uint32_t cut) {
  Read result;
  std::vector<std::byte> line(line_size);
  modem::AtReader reader{line};
  std::uint32_t seed = cut;
  std::size_t announced = 0;
  AtToken::Kind last = AtToken::Kind::line;
  while (!input.empty()) {
    const std::vector<std::byte> piece(
        as_bytes(input).begin(),
        as_bytes(input).begin() + static_cast<std::ptrdiff_t>(cut_size(seed, cut, input.size())));
    input.remove_prefix(piece.size());
    reader.receive(piece);
    reader.limit_data(1 + seed % 5);
    while (true) {
      const auto token = reader.poll();
      if (!token) {
        if (reader.wants_input()) break;
        reader.limit_data(7);
        continue;
      }
      const bool joins = token->kind == AtToken::Kind::payload || token->kind == AtToken::Kind::data;
      if (!joins || token->kind != last)
        result.tokens += static_cast<char>('0' + static_cast<int>(token->kind));
      last = token->kind;
      result.tokens += token->text();
      if (token->kind == AtToken::Kind::payload) result.payload += token->bytes.size();
      if (token->kind != AtToken::Kind::line) continue;
      check(!token->text().empty() && token->text().size() <= line_size);
      if (token->is_cut) result.tokens += '~';
      read_fields(token->text());
      std::string_view text = token->text();
      if (modem::try_take(text, {"?", 1})) reader.expect_prompt(true);
      if (modem::try_take(text, {"=", 1})) reader.take_data(true);
      if (modem::try_take(text, {"!", 1})) {
        const auto size = static_cast<std::size_t>(text.empty() ? 0 : static_cast<unsigned char>(text[0]));
        reader.take_payload(size);
        announced += size;
      }
    }
  }
  check(result.payload + reader.payload_left() == announced);
  return result;
}

void filter(std::string_view input, std::uint32_t cut) {
  std::vector<std::byte> room(input.size() + modem::DataFilter::kMost);
  ByteRing data{room};
  std::array<std::byte, modem::DataFilter::kMost> held;
  modem::DataFilter filter{held};
  std::string_view rest = input;
  std::uint32_t seed = cut;
  while (!rest.empty()) {
    const std::size_t size = cut_size(seed, cut, rest.size());
    filter.feed(as_bytes(rest.substr(0, size)), data, {});
    rest.remove_prefix(size);
    check(filter.held() <= modem::DataFilter::kMost);
    check(data.size() + filter.held() == input.size() - rest.size());
  }
  filter.release(data);
  std::vector<std::byte> out(room.size());
  check(as_text(Bytes{out}.first(data.take(out))) == input);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::size_t line_size = data[0] % 130u;
  const std::string_view input{reinterpret_cast<const char*>(data) + 3, size - 3};
  const Read whole = read(input, line_size, 0);
  check(read(input, line_size, 1) == whole);
  check(read(input, line_size, 2u + data[1]) == whole);
  filter(input, 0);
  filter(input, 1);
  filter(input, 2u + data[2]);
  return 0;
}
