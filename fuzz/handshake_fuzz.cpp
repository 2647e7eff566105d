// SPDX-License-Identifier: Apache-2.0
// The opening handshake, both roles. The first four bytes choose what is tested, sizes and cuts; the rest is
// the input: an answer to a client, an answer with frames behind it, a request to a server, or the parts of a
// request that a client writes and a server reads. Properties: the same events and the same rest for every
// split; what our client asks our server accepts, and the other way round; nothing is opened without the
// Accept that is due.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linnet/codec/http1.hpp"
#include "linnet/ws/client.hpp"
#include "linnet/ws/server_handshake.hpp"

namespace {

using namespace linnet;

constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";  // RFC 6455, section 1.3

void check(bool holds) {
  if (!holds) std::abort();
}

/// Whose first 16 bytes are the nonce of the RFC's example.
class SampleEntropy final : public Entropy {
 public:
  void fill(MutableBytes out) noexcept override {
    for (std::byte& byte : out) byte = static_cast<std::byte>("the sample nonce"[next_++ % 16]);
  }

 private:
  std::size_t next_ = 0;
};

/// Takes the next piece off `input`, into memory of its own: `cut` 0 is whole, 1 byte by byte, others a few
/// bytes at a time.
class Cutter {
 public:
  Cutter(std::string_view input, std::uint32_t cut) : input_{input}, cut_{cut}, seed_{cut} {}
  bool done() const { return input_.empty(); }
  std::vector<std::byte> next() {
    seed_ = seed_ * 1664525u + 1013904223u;
    std::size_t size = cut_ == 0 ? input_.size() : cut_ == 1 ? 1 : 1 + (seed_ >> 16) % cut_;
    size = std::min(size, input_.size());
    const Bytes bytes = as_bytes(input_.substr(0, size));
    input_.remove_prefix(size);
    return {bytes.begin(), bytes.end()};
  }
  std::string_view rest() const { return input_; }

 private:
  std::string_view input_;
  std::uint32_t cut_, seed_;
};

// ---- A client and any answer ----

std::string read_answer(std::string_view answer, std::size_t line_size, std::uint32_t cut) {
  std::vector<std::byte> line(line_size), out(512);
  ws::ClientHandshake handshake{line};
  SampleEntropy entropy;
  check(handshake.start({.host = "h", .subprotocols = "chat, b"}, entropy, out).has_value());
  std::string log;
  for (Cutter cutter{answer, cut}; !cutter.done();) {
    const std::vector<std::byte> piece = cutter.next();
    handshake.receive(piece);
    while (const auto event = handshake.poll()) {
      using Kind = ws::Event::Kind;
      const Error error = event->error.value_or(Error{});
      log += std::to_string(static_cast<int>(event->kind)) + " " +
             std::to_string(static_cast<int>(error.code)) + " " + std::to_string(error.detail) + " " +
             std::string{event->text()} + "\n";
      if (event->kind == Kind::field) continue;
      check(handshake.consumed() <= piece.size());
      check(event->kind != Kind::opened || (answer.contains(kAccept) && handshake.status() == 101));
      check(event->kind != Kind::refused ||
            (error.detail == handshake.status() && handshake.status() != 101));
      if (event->kind == Kind::closed) return log;
      const std::string_view left = as_text(Bytes{piece}.subspan(handshake.consumed()));
      return log + std::string{handshake.subprotocol()} + "|" + std::string{left} +
             std::string{cutter.rest()};
    }
    check(handshake.consumed() == piece.size());
  }
  return log;
}

/// The whole client: frames may stand behind the head.
std::string talk(std::string_view answer, bool pieces, std::uint32_t cut) {
  std::vector<std::byte> output(1024), message(300);
  ws::ClientConfig config;
  config.connection.max_message = 300;
  config.pieces = pieces;
  SampleEntropy entropy;
  ws::Client client{config, entropy, output, message};
  check(client.start({.host = "h", .subprotocols = "chat, b"}, Instant{}).has_value());
  client.sent(client.output().size());
  std::string log, data;
  bool closed = false;
  const auto drain = [&] {
    while (const auto event = client.poll(Instant{})) {
      check(!closed);
      closed = event->kind == ws::Event::Kind::closed;
      if (event->kind == ws::Event::Kind::data || event->kind == ws::Event::Kind::body) {
        check(pieces || event->kind == ws::Event::Kind::body ||
              (event->is_whole() && event->payload.size() <= 300));
        data += event->text();
        if (event->kind == ws::Event::Kind::body || !event->last) continue;
      }
      log += std::to_string(static_cast<int>(event->kind)) + " " +
             std::to_string(static_cast<int>(event->code)) + " " +
             std::to_string(event->error ? static_cast<int>(event->error->code) : -1) + " " +
             (event->kind == ws::Event::Kind::data ? std::exchange(data, {}) : std::string{event->text()}) +
             "\n";
    }
    for (const Bytes part : client.output().parts) check(part.size() <= output.size());
    client.sent(client.output().size());
  };
  for (Cutter cutter{answer, cut}; !cutter.done();) {
    std::vector<std::byte> piece = cutter.next();
    check(client.receive(piece).has_value());
    do drain();
    while (!client.wants_input());
  }
  client.transport_ended();
  drain();
  check(closed && client.deadline() == kNever);
  const bool unfinished_data = client.status() == 101;  // how much of it was told depends on the cuts
  return log + (unfinished_data ? "" : data);
}

// ---- A server and any request ----

std::string read_request(std::string_view request, std::uint32_t cut) {
  std::vector<std::byte> line(1024), out(256);
  const std::string_view supported[] = {"chat", "b"};
  http1::HeadReader<http1::Head::request> reader{http1::LongField::refuse, line};
  ws::ServerHandshake handshake{supported};
  std::string method;
  std::uint8_t minor_version = 0;
  for (Cutter cutter{request, cut}; !cutter.done() && !reader.done() && !reader.failed();) {
    const std::vector<std::byte> piece = cutter.next();
    reader.receive(piece);
    while (const auto event = reader.poll()) {
      if (event->kind == http1::Event::Kind::request_line) {
        method = event->method();
        minor_version = event->minor_version;
      }
      if (event->kind == http1::Event::Kind::field) handshake.field(event->name(), event->value());
    }
  }
  if (!reader.done()) return "no head";
  const int verdict = handshake.verdict(method, minor_version);
  check(verdict == 101 || verdict == 400 || verdict == 405 || verdict == 426);
  if (verdict != 101) return std::to_string(verdict);
  check(handshake.is_upgrade() && method == "GET");
  const auto size = handshake.accept(out);
  check(size.has_value() && *size <= 160 + handshake.subprotocol().size());
  return std::string{as_text(Bytes{out}.first(*size))};
}

// ---- A client and a server ----

std::string_view take_part(std::string_view& text) {
  const std::size_t size = std::min(text.find('\n'), text.size());
  const std::string_view part = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return part;
}

void round_trip(std::string_view text, std::uint32_t cut) {
  ws::ClientRequest request{.host = take_part(text), .path = take_part(text)};
  request.query = take_part(text);
  request.subprotocols = take_part(text);
  request.origin = take_part(text);
  request.authorization = take_part(text);
  const std::string_view name = take_part(text);
  const ws::Field fields[] = {{name, take_part(text)}};
  if (!name.empty()) request.fields = fields;
  std::vector<std::byte> line(1024), out(1024);
  ws::ClientHandshake client{line};
  SampleEntropy entropy;
  const auto size = client.start(request, entropy, out);
  if (!size) {
    check(size.error() == Errc::invalid_argument || size.error() == Errc::too_large);
    return;
  }
  const std::string_view head = as_text(Bytes{out}.first(*size));
  // A line longer than the server's line buffer is refused as it should be, by the HTTP server.
  const std::string answer = read_request(head, cut);
  if (answer == "no head") return check(*size > 512);
  check(answer.starts_with("HTTP/1.1 101 "));
  client.receive(as_bytes(answer));
  bool opened = false;
  while (const auto event = client.poll()) {
    check(event->kind != ws::Event::Kind::closed);
    opened = event->kind == ws::Event::Kind::opened;
  }
  check(opened && client.consumed() == answer.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const std::string_view input{reinterpret_cast<const char*>(data) + 4, size - 4};
  const std::uint32_t cuts[] = {1, 2u + data[2]};
  const std::size_t line_size = 256 + data[1];
  for (const std::uint32_t cut : cuts) {
    switch (data[0] % 4) {
      case 0: check(read_answer(input, line_size, cut) == read_answer(input, line_size, 0)); break;
      case 1: check(talk(input, (data[3] & 1) != 0, cut) == talk(input, (data[3] & 1) != 0, 0)); break;
      case 2: check(read_request(input, cut) == read_request(input, 0)); break;
      default: round_trip(input, cut); break;
    }
  }
  return 0;
}
