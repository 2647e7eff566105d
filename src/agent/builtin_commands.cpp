// SPDX-License-Identifier: Apache-2.0
// The commands that every agent has, over its board. Their table is in flash and searched after the
// program's own. docs/agent.md has examples of each.
#include "duration_text.hpp"
#include "linnet/agent/agent.hpp"

namespace linnet::agent {

using namespace std::string_view_literals;

namespace {

constexpr std::string_view kUnreadable = "the board could not read it";
constexpr std::size_t kMaxPrefix = 32;  // of `methods`

bool is_named(const Point& point, const json::Value& by) noexcept {
  if (by.kind == json::Value::string) return json::equals(by.raw, point.name);
  const auto number = json::to_int(by.raw);
  return number && point.number >= 0 && *number == point.number;
}

void write_method(json::Writer& writer, const Signature& signature, std::string_view description) noexcept {
  writer.begin_object().member("name"sv, signature.name()).key("params"sv).begin_array();
  for (unsigned i = 0; !signature.param(i).empty(); ++i) writer.value(signature.param(i));
  writer.end_array();
  if (!description.empty()) writer.member("description"sv, description);
  writer.end_object();
}

}  // namespace

constinit const std::array<Agent::BuiltIn, 12> Agent::kBuiltIns{{
    {"status"sv, "what the periodic report says"sv, &Agent::status},
    {"ping"sv, "answers pong"sv, &Agent::ping},
    {"methods(prefix)"sv, "what there is to call"sv, &Agent::methods},
    {"led.set(on)"sv, "switches the LED"sv, &Agent::led_set},
    {"led.get"sv, "whether the LED is on"sv, &Agent::led_get},
    {"gpio.read(pin)"sv, "state of a pin, by name or number"sv, &Agent::gpio_read},
    {"gpio.write(pin, state)"sv, "switches an output pin"sv, &Agent::gpio_write},
    {"adc.read(channel)"sv, "value of an analog input"sv, &Agent::adc_read},
    {"sensor.read(name)"sv, "value of a sensor; of all without a name"sv, &Agent::sensor_read},
    {"config.get"sv, "the settings"sv, &Agent::config_get},
    {"config.set(status_interval_s)"sv, "changes a setting"sv, &Agent::config_set},
    {"restart"sv, "restarts the device"sv, &Agent::restart},
}};

void Agent::status(Call& call, json::Writer& result) {
  write_status(result, call.now());
}

void Agent::ping(Call& /*call*/, json::Writer& result) {
  result.value("pong"sv);
}

void Agent::methods(Call& call, json::Writer& result) {
  char buffer[kMaxPrefix];
  std::string_view prefix;
  if (call.has("prefix"sv)) {
    const auto given = call.text("prefix"sv, buffer);
    if (!given) return;
    prefix = *given;
  }
  result.begin_object().key("methods"sv).begin_array();
  for (const Command& command : commands_.first(command_count_)) {
    if (!command.signature.name().starts_with(prefix)) continue;
    write_method(result, command.signature, command.description);
  }
  for (const BuiltIn& built_in : kBuiltIns) {
    const std::string_view name = built_in.signature.name();
    if (!name.starts_with(prefix) || find(name) != nullptr) continue;  // replaced
    write_method(result, built_in.signature, built_in.description);
  }
  result.end_array().end_object();
}

/// Null: there is none of these kinds.
const Point* Agent::find_point(const json::Value& by, unsigned kinds) const noexcept {
  for (const Point& point : board_->points()) {
    if ((point.kind & kinds) != 0 && is_named(point, by)) return &point;
  }
  return nullptr;
}

/// The point that parameter `param` names; null: the call has failed.
const Point* Agent::point(Call& call, std::string_view param, unsigned kinds) const noexcept {
  const auto by = call.value(param);
  const Point* const found = by ? find_point(*by, kinds) : nullptr;
  if (found == nullptr) call.fail(kInvalidParams, "no such thing on this board"sv, param);
  return found;
}

const Point* Agent::led(Call& call) const noexcept {
  const Point* const found = find_point({json::Value::string, R"("led")"sv}, Point::output);
  if (found == nullptr) call.fail(kDeviceFailure, "this board has no LED"sv);
  return found;
}

/// {PARAM:name, KEY:value} of the point that parameter PARAM names.
void Agent::read_point(Call& call, json::Writer& result, std::string_view param, unsigned kinds,
                       std::string_view key) noexcept {
  const Point* const found = point(call, param, kinds);
  if (found == nullptr) return;
  result.begin_object().member(param, found->name);
  if (!write_point(result, key, *found, call.now())) call.fail(kDeviceFailure, kUnreadable);
  result.end_object();
}

bool Agent::write_pin(Call& call, const Point& pin, bool on) noexcept {
  if (board_->write(pin, on)) return true;
  call.fail(kDeviceFailure, "the board could not switch it"sv);
  return false;
}

void Agent::led_set(Call& call, json::Writer& result) {
  const auto on = call.boolean("on"sv);
  if (!on) return;
  const Point* const pin = led(call);
  if (pin == nullptr || !write_pin(call, *pin, *on)) return;
  result.begin_object().member("on"sv, *on).end_object();
}

void Agent::led_get(Call& call, json::Writer& result) {
  const Point* const pin = led(call);
  if (pin == nullptr) return;
  result.begin_object();
  if (!write_point(result, "on"sv, *pin, call.now())) call.fail(kDeviceFailure, kUnreadable);
  result.end_object();
}

void Agent::gpio_read(Call& call, json::Writer& result) {
  read_point(call, result, "pin"sv, Point::input | Point::output, "state"sv);
}

void Agent::gpio_write(Call& call, json::Writer& result) {
  const Point* const pin = point(call, "pin"sv, Point::output);
  if (pin == nullptr) return;
  const auto on = call.boolean("state"sv);
  if (!on || !write_pin(call, *pin, *on)) return;
  result.begin_object().member("pin"sv, pin->name).member("state"sv, *on).end_object();
}

void Agent::adc_read(Call& call, json::Writer& result) {
  read_point(call, result, "channel"sv, Point::analog, "value"sv);
}

void Agent::sensor_read(Call& call, json::Writer& result) {
  if (call.has("name"sv)) return read_point(call, result, "name"sv, Point::sensor, "value"sv);
  result.begin_object();
  write_points(result, Point::sensor, call.now());
  result.end_object();
}

void Agent::config_get(Call& /*call*/, json::Writer& result) {
  result.begin_object().member("id"sv, config_.id).key("status_interval_s"sv);
  detail::write_duration(result, status_interval_, detail::Unit::seconds, true);
  result.end_object();
}

void Agent::config_set(Call& call, json::Writer& result) {
  const auto seconds =
      call.integer("status_interval_s"sv, config_.min_status_interval_s, config_.max_status_interval_s);
  if (!seconds) return;
  status_interval_ = std::chrono::seconds{*seconds};
  schedule(call.now() + status_interval_);
  config_get(call, result);
}

void Agent::restart(Call& call, json::Writer& result) {
  if (!board_->request_restart()) return call.fail(kNotAllowed, "restart refused"sv);
  result.begin_object().member("restarting"sv, true).end_object();
}

}  // namespace linnet::agent
