// SPDX-License-Identifier: Apache-2.0
#include "linnet/server/request_head.hpp"

#include <optional>

#include "linnet/codec/http1_field.hpp"
#include "linnet/ws/handshake.hpp"

namespace linnet::server {
namespace {

/// What the fields say, while they are read.
class Framing {
 public:
  void field(const Field& field) noexcept {
    using http1::equal_ignoring_case;
    if (equal_ignoring_case(field.name, "Host")) {
      ++hosts_;
    } else if (equal_ignoring_case(field.name, "Connection")) {
      close_ = close_ || ws::list_has(field.value, "close");
    } else if (equal_ignoring_case(field.name, "Transfer-Encoding")) {
      has_encoding_ = true;
    } else if (equal_ignoring_case(field.name, "Content-Length")) {
      const auto length = http1::parse_decimal(field.value);
      malformed_ = malformed_ || !length || (length_ && *length_ != *length);
      length_ = length;
    }
  }

  void judge(RequestHead& head) const noexcept {
    const bool is_1_1 = head.request.minor_version >= 1;
    head.keep_alive = is_1_1 && !close_;
    head.content_length = length_.value_or(0);
    head.status = 200;
    // "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message that lacks
    // a Host header field and to any request message that contains more than one Host header field line" (RFC
    // 9112, section 3.2).
    if (hosts_ > 1 || (is_1_1 && hosts_ == 0)) head.status = 400;
    // Two lengths that differ, or one beside an encoding, is how requests are smuggled (section 11.2).
    if (malformed_ || (has_encoding_ && length_)) head.status = 400;
    // "A server that receives a request message with a transfer coding it does not understand SHOULD respond
    // with 501 (Not Implemented)" (section 6.1).
    if (head.status == 200 && has_encoding_) head.status = 501;
  }

 private:
  std::optional<std::uint64_t> length_;
  std::uint32_t hosts_ = 0;
  bool close_ = false;
  bool has_encoding_ = false;
  bool malformed_ = false;
};

/// "http://host/path?query", as proxies send it (RFC 9112, section 3.2.2), and "/path?query".
void split_target(std::string_view target, Request& request) noexcept {
  if (const std::size_t scheme = target.find("://");
      !target.starts_with('/') && scheme != std::string_view::npos) {
    target.remove_prefix(scheme + 3);
    const std::size_t path = target.find_first_of("/?");
    target.remove_prefix(path == std::string_view::npos ? target.size() : path);
    if (!target.starts_with('/')) request.path = "/";
  }
  const std::size_t question = target.find('?');
  const std::string_view path{target.data(), question == std::string_view::npos ? target.size() : question};
  if (!path.empty()) request.path = path;
  if (question != std::string_view::npos) {
    target.remove_prefix(question + 1);
    request.query = target;
  }
}

}  // namespace

RequestHead read_request_head(Bytes input, MutableBytes line, const http1::Limits& limits,
                              std::vector<Field>& fields) noexcept {
  RequestHead head;
  Framing framing;
  fields.clear();
  http1::HeadReader<http1::Head::request> reader{http1::LongField::refuse, line, limits};
  reader.receive(input);
  while (const auto event = reader.poll()) {
    switch (event->kind) {
      case http1::Event::Kind::request_line:
        head.request.method = event->method();
        head.request.minor_version = event->minor_version;
        split_target(event->target(), head.request);
        break;
      case http1::Event::Kind::field:
        fields.push_back({.name = event->name(), .value = event->value()});
        framing.field(fields.back());
        break;
      case http1::Event::Kind::end: framing.judge(head); break;
      case http1::Event::Kind::error: head.status = event->status; break;
      case http1::Event::Kind::long_field:
      case http1::Event::Kind::status_line: break;  // never of a request that refuses long fields
    }
  }
  head.size = reader.consumed();
  head.request.fields = fields;
  return head;
}

}  // namespace linnet::server
