// SPDX-License-Identifier: Apache-2.0
// One call of a command: its name, its parameters with their checks, and how it failed. What a command's
// author sees of JSON-RPC 2.0 (jsonrpc.org/specification). Nothing is copied: parameters point into the
// message. 24 bytes of RAM a command, about 90 bytes of stack a call.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/agent/function_ref.hpp"
#include "linnet/base/time.hpp"
#include "linnet/codec/json.hpp"

namespace linnet::agent {

// Error codes. JSON-RPC 2.0, section 5.1: the specification's own, then "-32000 to -32099 Server error:
// Reserved for implementation-defined server-errors". Commands may use any other number.
inline constexpr int kParseError = -32700;      // not JSON
inline constexpr int kInvalidRequest = -32600;  // JSON, but no request
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;   // a command that wrote no whole JSON value
inline constexpr int kBusy = -32000;            // too many commands; try again later
inline constexpr int kNotAllowed = -32001;      // AgentConfig::allow, or the board, refused
inline constexpr int kDeviceFailure = -32002;   // the board could not do it
inline constexpr int kAnswerTooLarge = -32003;  // the command ran, but its result does not fit the buffer

/// Why a call failed. Becomes {"code":…,"message":…,"data":{"param":…,"min":…,"max":…}}.
struct RpcError {
  int code;
  std::string_view message;  // borrowed until the answer was written: a literal
  std::string_view param{};  // the parameter at fault; empty: none
  std::int64_t min = 0;      // what it may be; both 0: does not say
  std::int64_t max = 0;
};

/// "gpio.write(pin, state)": a command's name, and its parameters in the order in which they may be given by
/// position. Borrowed: a literal.
class Signature {
 public:
  constexpr Signature() noexcept = default;
  constexpr Signature(std::string_view text) noexcept : text_{text} {}  // NOLINT(google-explicit-constructor)
  constexpr Signature(const char* text) noexcept : text_{text} {}       // NOLINT(google-explicit-constructor)

  std::string_view name() const noexcept;
  /// The name of parameter `index`; empty: there are not so many.
  std::string_view param(unsigned index) const noexcept;

 private:
  std::string_view text_;
};

/// The parameters are asked for by name; a call that gives them by position is resolved by the signature.
/// Each accessor answers nothing where the parameter is missing, of another type or out of range; the call
/// has then failed with an error that names it, so a command just returns:
///
///   void set_relay(agent::Call& call, json::Writer& result) {
///     const auto on = call.boolean("on");
///     if (!on) return;                                              // -32602, "on"
///     if (!relay(*on)) return call.fail(1, "the relay is stuck");
///     result.begin_object().member("on", *on).end_object();
///   }
class Call {
 public:
  /// `params`: a well-formed JSON object or array, or empty.
  Call(Signature signature, std::string_view params, Instant now) noexcept
      : signature_{signature}, params_{params}, now_{now} {}

  std::string_view method() const noexcept { return signature_.name(); }
  /// As they came; empty: none.
  std::string_view params() const noexcept { return params_; }
  Instant now() const noexcept { return now_; }

  /// Whether an optional parameter was given.
  bool has(std::string_view name) const noexcept { return find(name).has_value(); }

  /// Of any type: objects and arrays, for json::Scanner.
  std::optional<json::Value> value(std::string_view name) noexcept;
  /// A whole number from `min` to `max`.
  std::optional<std::int64_t> integer(std::string_view name,
                                      std::int64_t min = std::numeric_limits<std::int64_t>::min(),
                                      std::int64_t max = std::numeric_limits<std::int64_t>::max()) noexcept;
  std::optional<double> number(std::string_view name) noexcept;
  /// true, false, 1 or 0.
  std::optional<bool> boolean(std::string_view name) noexcept;
  /// A string. It is in `buffer` if it has escapes, else in the message; longer than `buffer` is an error
  /// either way.
  std::optional<std::string_view> text(std::string_view name, std::span<char> buffer) noexcept;

  /// The call fails; the first failure counts, and what was written of a result is dropped.
  void fail(int code, std::string_view message, std::string_view param = {}) noexcept;
  const std::optional<RpcError>& error() const noexcept { return error_; }

 private:
  friend class Agent;  // which looks the method up after the call was made

  std::optional<json::Value> find(std::string_view name) const noexcept;

  Signature signature_;
  std::string_view params_;
  Instant now_;
  std::optional<RpcError> error_;
};

/// Does the command and writes its result: one JSON value; null if it writes none.
using Handler = FunctionRef<void(Call& call, json::Writer& result)>;

struct Command {
  Signature signature;
  std::string_view description;  // a few words, shown by `methods`
  Handler handler;
};

/// Room for the commands of an agent, built-in ones not counted.
template <std::size_t size = 16>
using CommandTable = std::array<Command, size>;

}  // namespace linnet::agent
