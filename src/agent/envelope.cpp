// SPDX-License-Identifier: Apache-2.0
// See envelope.hpp. JSON-RPC 2.0, sections 4 (request), 4.1 (notification) and 5 (response). One pass over
// the object; of members with one name the last counts, as in json::member.
#include "envelope.hpp"

#include <optional>

#include "linnet/agent/agent.hpp"
#include "linnet/codec/json.hpp"

namespace linnet::agent::detail {

using namespace std::string_view_literals;
using json::Value;

namespace {

struct Members {
  std::optional<Value> version;
  std::optional<Value> method;
  std::optional<Value> params;
  std::optional<Value> id;
  std::optional<Value> error;
  bool has_outcome = false;  // a result or an error
};

Members read_members(std::string_view object) noexcept {
  Members members;
  json::Scanner scanner{object};
  scanner.next();
  for (json::Token key = scanner.next(); key.kind == json::Token::key; key = scanner.next()) {
    const auto value = scanner.skip_value();
    if (json::equals(key.raw, "jsonrpc"sv)) members.version = value;
    if (json::equals(key.raw, "method"sv)) members.method = value;
    if (json::equals(key.raw, "params"sv)) members.params = value;
    if (json::equals(key.raw, "id"sv)) members.id = value;
    if (json::equals(key.raw, "error"sv)) members.error = value;
    if (json::equals(key.raw, "result"sv) || json::equals(key.raw, "error"sv)) members.has_outcome = true;
  }
  return members;
}

// Section 4: "An identifier established by the Client that MUST contain a String, Number, or NULL value".
bool is_id(const Value& id) noexcept {
  const bool scalar = id.kind == Value::string || id.kind == Value::number || id.kind == Value::null;
  return scalar && id.raw.size() <= kMaxId;
}

}  // namespace

Envelope read_envelope(std::string_view text) noexcept {
  // Section 5: "If there was an error in detecting the id in the Request object [...], it MUST be Null."
  Envelope envelope{.id = "null"sv, .method = {}, .params = {}, .error = {}};
  if (text.front() != '{') return envelope;
  const Members members = read_members(text);
  if (!members.method && members.has_outcome) {
    envelope.kind = Envelope::Kind::response;
    if (members.id && is_id(*members.id)) envelope.id = members.id->raw;
    if (members.error) envelope.error = members.error->raw;
    return envelope;
  }
  if (members.id) {
    if (!is_id(*members.id)) return envelope;
    envelope.id = members.id->raw;
  }
  // "A String specifying the version of the JSON-RPC protocol. MUST be exactly "2.0"."
  if (!members.version || !json::equals(members.version->raw, "2.0"sv)) return envelope;
  if (!members.method || members.method->kind != Value::string) return envelope;
  envelope.method = members.method->raw;
  if (members.params) {
    // "A Structured value that holds the parameter values [...]. This member MAY be omitted."
    if (members.params->kind != Value::object && members.params->kind != Value::array) return envelope;
    envelope.params = members.params->raw;
  }
  envelope.kind = members.id ? Envelope::Kind::request : Envelope::Kind::notification;
  return envelope;
}

}  // namespace linnet::agent::detail
