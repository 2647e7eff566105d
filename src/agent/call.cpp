// SPDX-License-Identifier: Apache-2.0
// Parameters of a call, by name or by position, with their checks. JSON-RPC 2.0, section 4.2. No memory
// beside the Call.
#include "linnet/agent/call.hpp"

namespace linnet::agent {

using namespace std::string_view_literals;  // literals with their length: the core may not need strlen

namespace {

bool is_name_character(char character) noexcept {
  return character != '(' && character != ')' && character != ',' && character != ' ';
}

}  // namespace

std::string_view Signature::name() const noexcept {
  std::size_t size = 0;
  while (size < text_.size() && is_name_character(text_[size])) ++size;
  return {text_.data(), size};
}

std::string_view Signature::param(unsigned index) const noexcept {
  std::size_t at = name().size();
  for (;; --index) {
    while (at < text_.size() && !is_name_character(text_[at])) ++at;
    const std::size_t from = at;
    while (at < text_.size() && is_name_character(text_[at])) ++at;
    if (from == at || index == 0) return {text_.data() + from, at - from};
  }
}

std::optional<json::Value> Call::find(std::string_view name) const noexcept {
  if (params_.empty()) return {};
  if (params_.front() == '{') return json::member(params_, name);
  // Section 4.2: "by-position: params MUST be an Array, containing the values in the Server expected order."
  json::Scanner scanner{params_};
  scanner.next();
  for (unsigned i = 0;; ++i) {
    const auto value = scanner.skip_value();
    const std::string_view param = signature_.param(i);
    if (!value || param.empty()) return {};
    if (param == name) return value;
  }
}

std::optional<json::Value> Call::value(std::string_view name) noexcept {
  const auto value = find(name);
  if (!value) fail(kInvalidParams, "parameter missing"sv, name);
  return value;
}

std::optional<std::int64_t> Call::integer(std::string_view name, std::int64_t min,
                                          std::int64_t max) noexcept {
  const auto given = value(name);
  if (!given) return {};
  const auto number = json::to_int(given->raw);
  if (!number && number.error().code == Errc::malformed_json) {
    fail(kInvalidParams, "not a whole number"sv, name);
    return {};
  }
  if (!number || *number < min || *number > max) {
    if (!error_) error_ = RpcError{kInvalidParams, "out of range"sv, name, min, max};
    return {};
  }
  return *number;
}

std::optional<double> Call::number(std::string_view name) noexcept {
  const auto given = value(name);
  if (!given) return {};
  const auto number = json::to_double(given->raw);
  if (!number) {
    fail(kInvalidParams, "not a number, or too large"sv, name);
    return {};
  }
  return *number;
}

std::optional<bool> Call::boolean(std::string_view name) noexcept {
  const auto given = value(name);
  if (!given) return {};
  if (given->raw == "true"sv || given->raw == "1"sv) return true;
  if (given->raw == "false"sv || given->raw == "0"sv) return false;
  fail(kInvalidParams, "neither true nor false"sv, name);
  return {};
}

std::optional<std::string_view> Call::text(std::string_view name, std::span<char> buffer) noexcept {
  const auto given = value(name);
  if (!given) return {};
  const auto text = json::to_text(given->raw, buffer);
  if (!text && text.error().code == Errc::malformed_json) {
    fail(kInvalidParams, "not a string"sv, name);
    return {};
  }
  if (!text || text->size() > buffer.size()) {
    fail(kInvalidParams, "string too long"sv, name);
    return {};
  }
  return *text;
}

void Call::fail(int code, std::string_view message, std::string_view param) noexcept {
  if (!error_) error_ = RpcError{code, message, param};
}

}  // namespace linnet::agent
