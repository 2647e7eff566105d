// SPDX-License-Identifier: Apache-2.0
// The agent. The first byte chooses the notation and the limits, the second the room for the answer; each
// line of the rest is a message. What comes out is always one JSON text within the room; a request gets
// exactly one answer, with its id, in order; what is none gets none; the plain notation never answers
// otherwise than the agent where it hands on; and a pin is switched only by a message that was done.
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/agent/agent.hpp"
#include "linnet/agent/plain_commands.hpp"

using namespace linnet;
using json::Value;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// Of one input. Limits refill, and statuses come due, within a second: 15 lines.
constexpr std::size_t kMostLines = 32;

class FuzzBoard final : public agent::Board {
 public:
  std::span<const agent::Point> points() const noexcept override {
    static constexpr agent::Point kPoints[] = {{.name = "led", .kind = agent::Point::output, .number = 2},
                                               {.name = "relay", .kind = agent::Point::output, .number = 5},
                                               {.name = "adc0", .kind = agent::Point::analog},
                                               {.name = "temperature", .kind = agent::Point::sensor}};
    return kPoints;
  }
  Result<bool> read(const agent::Point& /*pin*/) noexcept override { return true; }
  Result<void> write(const agent::Point& /*output*/, bool /*on*/) noexcept override {
    ++writes;
    return {};
  }
  Result<std::int32_t> read_analog(const agent::Point& /*channel*/, Instant /*now*/) noexcept override {
    return fail(Errc::io_failure);
  }
  Result<float> read_sensor(const agent::Point& /*sensor*/, Instant /*now*/) noexcept override {
    return 21.7f;
  }
  Duration uptime(Instant now) const noexcept override { return now.time_since_epoch(); }

  std::uint32_t writes = 0;
};

/// Gives a parameter back, and whatever a careless command might do beside it.
void echo(agent::Call& call, json::Writer& result) {
  char buffer[16];
  if (call.has("text")) {
    if (const auto text = call.text("text", buffer)) result.value(*text);
  } else if (call.has("number")) {
    if (const auto number = call.number("number")) result.value(*number);
  } else if (const auto value = call.value("value")) {
    result.raw(value->raw);
    if (value->kind == Value::null) result.end_object();
  }
}

/// The ids of the answers that `text` must get, in order. An independent reading of the specification.
std::vector<std::string_view> expected(std::string_view text) {
  std::vector<std::string_view> ids;
  const auto one = [&](std::string_view element) {
    const auto member = [&](std::string_view name) { return json::member(element, name); };
    if (!member("method") && (member("result") || member("error"))) return;
    const auto id = member("id");
    const auto params = member("params");
    const bool good_id =
        !id || ((id->kind == Value::string || id->kind == Value::number || id->kind == Value::null) &&
                id->raw.size() <= agent::kMaxId);
    const bool good = good_id && member("jsonrpc") && json::equals(member("jsonrpc")->raw, "2.0") &&
                      member("method") && member("method")->kind == Value::string &&
                      (!params || params->kind == Value::array || params->kind == Value::object);
    if (good && !id) return;
    ids.push_back(id && good_id ? id->raw : "null");
  };
  if (!text.starts_with('[')) {
    one(text);
    return ids;
  }
  json::Scanner scanner{text};
  scanner.next();
  while (const auto element = scanner.skip_value()) one(element->raw);
  return ids;
}

void check_answer(std::string_view answer, std::string_view id) {
  const auto version = json::member(answer, "jsonrpc");
  require(version && version->raw == "\"2.0\"");
  require(json::member(answer, "id")->raw == id);
  const auto error = json::member(answer, "error");
  require(error.has_value() != json::member(answer, "result").has_value());
  if (!error) return;
  require(json::to_int(json::member(error->raw, "code")->raw).has_value());
  require(json::member(error->raw, "message")->kind == Value::string);
}

void check(std::string_view message, const Result<std::string_view>& reply, std::size_t room) {
  if (!reply) {
    require(reply.error() == Errc::too_large && room < agent::kMinReply);
    return;
  }
  const auto value = json::parse(message);
  if (!value) {
    check_answer(*reply, "null");
    return;
  }
  const auto ids = expected(value->raw);
  if (reply->empty()) {
    require(ids.empty());
    return;
  }
  const auto whole = json::parse(*reply);
  require(whole && whole->raw == *reply);
  if (whole->kind == Value::object) {
    // A batch is refused as a whole with one error.
    const bool batch = value->kind == Value::array;
    check_answer(*reply, batch ? "null" : ids.at(0));
    require(!batch || json::member(*reply, "error"));
    return;
  }
  require(value->kind == Value::array);
  json::Scanner scanner{*reply};
  scanner.next();
  for (const std::string_view id : ids) check_answer(scanner.skip_value()->raw, id);
  require(!scanner.skip_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const bool plain = (data[0] & 1) != 0;
  const std::size_t room = std::size_t{data[1]} * 8;
  agent::AgentConfig config{.id = "fuzz"};
  config.max_commands_per_second = static_cast<std::uint16_t>((data[0] >> 1 & 3) * 2);
  if ((data[0] & 8) != 0) config.allow = [](const agent::Call& call) { return call.method() != "led.set"; };
  FuzzBoard board;
  agent::CommandTable<1> commands;
  agent::Agent agent{board, config, commands};
  require(agent.add("echo(value, text, number)", echo).has_value());
  agent.opened(Instant{});

  Instant now{};
  std::string_view rest{reinterpret_cast<const char*>(data + 2), size - 2};
  for (std::size_t lines = 0; lines < kMostLines && !rest.empty(); ++lines) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::unique_ptr<char[]> message{new char[line.size()]};
    std::memcpy(message.get(), line.data(), line.size());
    const std::unique_ptr<char[]> buffer{new char[room]};
    const std::string_view text{message.get(), line.size()};
    const std::span<char> out{buffer.get(), room};
    const std::uint32_t done = agent.counters().done + agent.counters().failed;
    const std::uint32_t writes = board.writes;
    const auto reply = plain ? agent::handle_plain(agent, text, now, out) : agent.handle(text, now, out);
    require(board.writes == writes || agent.counters().done + agent.counters().failed > done);
    if (reply && !reply->empty()) require(reply->data() == buffer.get() && reply->size() <= room);
    const bool answered_plainly = plain && reply && reply->starts_with("{\"ok\":");
    if (answered_plainly) {
      require(json::parse(*reply).has_value());
    } else if (!plain || reply) {
      check(text, reply, room);
    }
    const auto report = agent.poll(now, out);
    if (report && !report->empty()) require(json::member(*report, "params").has_value());
    require(agent.deadline() > now);
    now += 70ms;
  }
  return 0;
}
