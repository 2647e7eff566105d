// SPDX-License-Identifier: Apache-2.0
// The device agent: answers JSON-RPC 2.0 requests (jsonrpc.org/specification) and reports the device's
// status. Text of a message in, text of a message out, into the caller's buffer; time is an argument. About
// 150 bytes of RAM beside the table of commands; it never allocates, waits, or reads a clock.
//
//   1. when the connection has opened: agent.opened(now); when it is gone: agent.closed()
//   2. for each text message: agent.handle(message, now, buffer), and send what it gives
//   3. agent.poll(now, buffer), and send what it gives
//   4. sleep until something arrives, or agent.deadline()
//
// Built in: status, ping, methods, led.set, led.get, gpio.read, gpio.write, adc.read, sensor.read,
// config.get, config.set, restart (docs/agent.md).
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/agent/board.hpp"
#include "linnet/agent/call.hpp"
#include "linnet/agent/function_ref.hpp"
#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/codec/json.hpp"

namespace linnet::agent {

/// The longest id of a request that is echoed, as it is written in JSON; more is an invalid request.
inline constexpr std::size_t kMaxId = 64;

/// With a buffer of this size every single request gets an answer, be it only an error. 512 bytes hold the
/// results of the built-in commands; `methods` without a prefix needs about 1,500.
inline constexpr std::size_t kMinReply = 160;

struct AgentConfig {
  std::string_view id{};  // the device's name in its reports; borrowed as long as the agent lives

  /// Between two reports of the status; zero: none by itself.
  Duration status_interval = 10s;
  /// What config.set may ask for, in seconds.
  std::uint32_t min_status_interval_s = 1;
  std::uint32_t max_status_interval_s = 86'400;

  /// Commands in one second, so that a flood cannot wear a relay: so many at once, then evenly spaced. More
  /// is answered with kBusy. Zero: no limit.
  std::uint16_t max_commands_per_second = 20;
  /// Requests in one batch; a larger one is refused as a whole.
  std::uint16_t max_batch = 8;

  /// Whether this call may be done; asked before each. Empty: every one.
  FunctionRef<bool(const Call& call)> allow{};
  /// Adds the program's own members to the status, by member().
  FunctionRef<void(json::Writer& params, Instant now)> report{};
};

/// What the other end answered to a request of ours. Views into the message.
struct Response {
  std::string_view id;     // JSON, as it came; "null" where there was none
  std::string_view error;  // JSON, an object unless the peer is wrong; empty: the request was done
};

class Agent {
 public:
  struct Counters {
    std::uint32_t done = 0;       // commands that gave a result
    std::uint32_t failed = 0;     // that gave an error, invalid requests too
    std::uint32_t refused = 0;    // that were too many, or not allowed; notifications too
    std::uint32_t responses = 0;  // answers to requests; told to on_answer()
  };

  /// `commands`: room for those that add() takes (see CommandTable). Everything is borrowed as long as the
  /// agent lives.
  Agent(Board& board, const AgentConfig& config, std::span<Command> commands) noexcept;

  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  /// agent.add("gpio.pulse(pin, ms)", "closes a relay for a time", handler); a command that has a built-in
  /// one's name replaces it. too_many: the table is full; invalid_argument: no handler, no name, a name that
  /// was added before or that begins with "rpc." (section 4: "reserved").
  Result<void> add(Signature signature, std::string_view description, Handler handler) noexcept;
  Result<void> add(Signature signature, Handler handler) noexcept { return add(signature, {}, handler); }

  /// Answers one message: a request, a notification (no answer, section 4.1) or a batch. What it gives lies
  /// in `reply`, and is empty where nothing is to be sent. `message` and `reply` may not overlap.
  /// too_large: `reply` is smaller than kMinReply and not even the error fits; then nothing was done.
  Result<std::string_view> handle(std::string_view message, Instant now, std::span<char> reply) noexcept;

  /// Does one command as handle() would, limits included; for other notations and for the program itself.
  /// `params`: a well-formed JSON object or array, or empty. The result lies in `result`.
  std::expected<std::string_view, RpcError> call(std::string_view method, std::string_view params,
                                                 Instant now, std::span<char> result) noexcept;

  /// The connection is open: the first report is due now.
  void opened(Instant now) noexcept {
    is_open_ = true;
    schedule(now);
  }
  /// The connection is gone: nothing is due until the next opened().
  void closed() noexcept {
    is_open_ = false;
    status_due_ = kNever;
  }

  /// The status report, if it is due; else empty. Reports that were missed are not made up for, so one that
  /// cannot be sent is best dropped. too_large: it does not fit `buffer`; the next one is due in its turn.
  Result<std::string_view> poll(Instant now, std::span<char> buffer) noexcept;
  /// When poll() has something to say; kNever: not by itself.
  Instant deadline() const noexcept { return status_due_; }

  /// {"jsonrpc":"2.0","method":"alert","params":{"id","name","text" or "value","uptime_ms"}}, for sending at
  /// once. too_large: it does not fit `buffer`.
  Result<std::string_view> alert(std::string_view name, std::string_view text, Instant now,
                                 std::span<char> buffer) noexcept;
  template <typename T>
    requires(json::Integer<T> || std::same_as<T, float> || std::same_as<T, double>)
  Result<std::string_view> alert(std::string_view name, T value, Instant now,
                                 std::span<char> buffer) noexcept {
    json::Writer writer{buffer};
    begin_notification(writer, "alert", now);
    return writer.member("name", name).member("value", value).end_object().end_object().finish();
  }

  /// {"jsonrpc":"2.0","id":"…","method":"event","params":{"id","uptime_ms","name","data"}}: a request, which
  /// the peer answers when it has taken it. `id` names it for good; `data` is a well-formed JSON value, or
  /// empty: then it is left out. agent::Events sends them. too_large: it does not fit `buffer`.
  Result<std::string_view> event(std::string_view id, std::string_view name, std::string_view data,
                                 Instant now, std::span<char> buffer) noexcept;
  /// Who is told of answers; called within handle(). Borrowed as long as the agent lives.
  void on_answer(FunctionRef<void(const Response&)> told) noexcept { on_answer_ = told; }

  /// The connection's round-trip time, for the status. Not known until it is told.
  void set_round_trip(Duration time) noexcept { round_trip_ = time; }

  /// May have been changed by config.set: compare, and store it where it should survive a restart.
  Duration status_interval() const noexcept { return status_interval_; }
  const Counters& counters() const noexcept { return counters_; }

 private:
  struct BuiltIn {
    Signature signature;
    std::string_view description;
    void (Agent::*handler)(Call&, json::Writer&);
  };
  static constexpr unsigned kReported = 0;  // instead of kinds of points: those in the status

  static const std::array<BuiltIn, 12> kBuiltIns;

  Result<std::string_view> handle_one(std::string_view text, Instant now, std::span<char> reply) noexcept;
  Result<std::string_view> handle_batch(std::string_view text, Instant now, std::span<char> reply) noexcept;
  bool admit(Instant now) noexcept;
  void schedule(Instant report) noexcept {
    status_due_ = is_open_ && status_interval_ > 0s ? report : kNever;
  }
  const Command* find(std::string_view name) const noexcept;
  static const BuiltIn* find_built_in(std::string_view name) noexcept;
  std::string_view run(Call& call, std::string_view method, std::span<char> result) noexcept;
  void dispatch(Call& call, std::string_view method, json::Writer& result);

  // what is built in
  void status(Call& call, json::Writer& result);
  void ping(Call& call, json::Writer& result);
  void methods(Call& call, json::Writer& result);
  void led_set(Call& call, json::Writer& result);
  void led_get(Call& call, json::Writer& result);
  void gpio_read(Call& call, json::Writer& result);
  void gpio_write(Call& call, json::Writer& result);
  void adc_read(Call& call, json::Writer& result);
  void sensor_read(Call& call, json::Writer& result);
  void config_get(Call& call, json::Writer& result);
  void config_set(Call& call, json::Writer& result);
  void restart(Call& call, json::Writer& result);

  const Point* find_point(const json::Value& by, unsigned kinds) const noexcept;
  const Point* point(Call& call, std::string_view param, unsigned kinds) const noexcept;
  const Point* led(Call& call) const noexcept;
  void read_point(Call& call, json::Writer& result, std::string_view param, unsigned kinds,
                  std::string_view key) noexcept;
  bool write_pin(Call& call, const Point& pin, bool on) noexcept;
  void begin_notification(json::Writer& writer, std::string_view method, Instant now) const noexcept;
  void write_identity(json::Writer& writer, Instant now) const noexcept;
  void write_status(json::Writer& writer, Instant now) noexcept;
  void write_points(json::Writer& writer, unsigned kinds, Instant now) noexcept;
  bool write_point(json::Writer& writer, std::string_view key, const Point& point, Instant now) noexcept;

  Board* board_;
  AgentConfig config_;
  FunctionRef<void(const Response&)> on_answer_{};
  std::span<Command> commands_;
  std::size_t command_count_ = 0;
  Duration status_interval_;
  Instant status_due_ = kNever;
  Instant paid_until_ = Instant::min();  // see admit()
  std::optional<Duration> round_trip_;
  std::uint32_t sequence_ = 0;  // of the next report
  bool is_open_ = false;
  Counters counters_;
};

}  // namespace linnet::agent
