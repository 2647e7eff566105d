// SPDX-License-Identifier: Apache-2.0
#include "linnet/server/request.hpp"

#include "linnet/codec/http1_field.hpp"
#include "linnet/codec/http1_writer.hpp"
#include "linnet/ws/handshake.hpp"

namespace linnet::server {

std::string_view Request::field(std::string_view name) const noexcept {
  for (const Field& each : fields) {
    if (http1::equal_ignoring_case(each.name, name)) return each.value;
  }
  return {};
}

bool Request::field_has(std::string_view name, std::string_view token) const noexcept {
  for (const Field& each : fields) {
    if (http1::equal_ignoring_case(each.name, name) && ws::list_has(each.value, token)) return true;
  }
  return false;
}

void Response::field(std::string_view name, std::string_view value) {
  names_and_values_ += name;
  names_and_values_ += value;
  spans_.push_back(
      {.name = static_cast<std::uint32_t>(name.size()), .value = static_cast<std::uint32_t>(value.size())});
}

void Response::refuse(std::uint16_t with, std::string_view why) {
  status = with;
  content_type = "text/plain; charset=utf-8";
  is_view_ = false;
  owned_.assign(why);
  owned_ += '\n';
}

Result<std::size_t> Response::write_head(bool keep_alive, MutableBytes out) const noexcept {
  http1::HeadWriter writer{out};
  writer.status_line(status);
  // "A server MUST NOT send a Content-Length header field in any response with a status code of 1xx
  // (Informational) or 204 (No Content)." (RFC 9110, section 8.6)
  if (status != 204 && status != 304) {
    if (!body().empty()) writer.field("Content-Type", content_type);
    writer.field("Content-Length", std::uint64_t{body().size()});
  }
  std::string_view rest = names_and_values_;
  for (const Span& span : spans_) {
    const std::string_view name{rest.data(), span.name};
    const std::string_view value{rest.data() + span.name, span.value};
    writer.field(name, value);
    rest.remove_prefix(span.name + span.value);
  }
  // An Upgrade field is named in Connection, too (RFC 9110, section 7.8).
  if (status == 426) {
    writer.field("Connection", keep_alive ? "upgrade" : "upgrade, close");
  } else if (!keep_alive) {
    writer.field("Connection", "close");
  }
  const Result<Bytes> head = writer.finish();
  if (!head) return std::unexpected{head.error()};
  return head->size();
}

void Response::clear() noexcept {
  status = 200;
  content_type = "text/plain; charset=utf-8";
  owned_.clear();
  view_ = {};
  is_view_ = false;
  names_and_values_.clear();
  spans_.clear();
}

}  // namespace linnet::server
