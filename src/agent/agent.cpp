// SPDX-License-Identifier: Apache-2.0
// The agent's way from a message to its answer: JSON-RPC 2.0, sections 4 to 6, limits, and the command that
// does it. On a Cortex-M3 the stack takes about 1 KB, whatever the message's size and nesting.
#include "linnet/agent/agent.hpp"

#include "answer.hpp"
#include "envelope.hpp"

namespace linnet::agent {

using namespace std::string_view_literals;
using detail::Envelope;

namespace {

constexpr std::uint32_t kMicrosecondsPerSecond = 1'000'000;
constexpr std::size_t kMaxMethod = 48;  // a method written with escapes; one without is as long as it likes

/// What an answer that must be given takes at least.
std::size_t least_room(const Envelope& envelope) noexcept {
  return envelope.wants_answer() ? detail::kErrorRoom + envelope.id.size() : 0;
}

Result<std::string_view> refuse(std::span<char> reply, int code, std::string_view message) noexcept {
  if (reply.size() < kMinReply) return fail(Errc::too_large);
  return detail::rpc_error(reply, "null"sv, {.code = code, .message = message});
}

}  // namespace

Agent::Agent(Board& board, const AgentConfig& config, std::span<Command> commands) noexcept
    : board_{&board}, config_{config}, commands_{commands}, status_interval_{config.status_interval} {}

Result<void> Agent::add(Signature signature, std::string_view description, Handler handler) noexcept {
  const std::string_view name = signature.name();
  if (!handler || name.empty() || name.starts_with("rpc."sv) || find(name) != nullptr) {
    return fail(Errc::invalid_argument);
  }
  if (command_count_ == commands_.size()) return fail(Errc::too_many);
  commands_[command_count_++] = {signature, description, handler};
  return {};
}

const Command* Agent::find(std::string_view name) const noexcept {
  for (const Command& command : commands_.first(command_count_)) {
    if (command.signature.name() == name) return &command;
  }
  return nullptr;
}

const Agent::BuiltIn* Agent::find_built_in(std::string_view name) noexcept {
  for (const BuiltIn& built_in : kBuiltIns) {
    if (built_in.signature.name() == name) return &built_in;
  }
  return nullptr;
}

Result<std::string_view> Agent::handle(std::string_view message, Instant now,
                                       std::span<char> reply) noexcept {
  const auto value = json::parse(message);
  if (value) {
    const bool batch = value->kind == json::Value::array;
    return batch ? handle_batch(value->raw, now, reply) : handle_one(value->raw, now, reply);
  }
  ++counters_.failed;
  if (value.error().code == Errc::too_large) return refuse(reply, kInvalidRequest, "nested too deeply"sv);
  return refuse(reply, kParseError, "not JSON"sv);
}

Result<std::string_view> Agent::handle_one(std::string_view text, Instant now,
                                           std::span<char> reply) noexcept {
  const Envelope envelope = detail::read_envelope(text);
  if (reply.size() < least_room(envelope)) return fail(Errc::too_large);
  if (envelope.kind == Envelope::Kind::response) {
    ++counters_.responses;
    if (on_answer_) on_answer_(Response{.id = envelope.id, .error = envelope.error});
    return std::string_view{};
  }
  if (envelope.kind == Envelope::Kind::invalid) {
    ++counters_.failed;
    return detail::rpc_error(reply, envelope.id, {.code = kInvalidRequest, .message = "not a request"sv});
  }
  char buffer[kMaxMethod];
  // One that does not fit the buffer names no command.
  const std::string_view method = json::to_text(envelope.method, buffer).value_or(std::string_view{});
  const auto answer = detail::rpc_answer(reply, envelope.id, "result"sv);
  Call call{{}, envelope.params, now};
  const std::string_view result = run(call, method, answer.room());
  if (envelope.kind == Envelope::Kind::notification) return std::string_view{};
  return call.error() ? detail::rpc_error(reply, envelope.id, *call.error()) : answer.finish(result);
}

/// Section 6: "To send several Request objects at the same time, the Client MAY send an Array filled with
/// Request objects." Nothing is done before it is sure that each of them can be answered.
Result<std::string_view> Agent::handle_batch(std::string_view text, Instant now,
                                             std::span<char> reply) noexcept {
  std::size_t count = 0;
  std::size_t reserved = 1;  // the closing bracket
  json::Scanner counting{text};
  counting.next();
  while (const auto element = counting.skip_value()) {
    if (++count > config_.max_batch) break;                           // how many more does not matter
    reserved += 1 + least_room(detail::read_envelope(element->raw));  // a comma or the opening bracket
  }
  const bool too_many = count > config_.max_batch;
  if (count == 0 || too_many || reserved > reply.size()) {
    ++counters_.failed;
    // "If the batch rpc call itself fails to be recognized as an valid JSON or as an Array with at least one
    // value, the response from the Server MUST be a single Response object."
    if (count == 0) return refuse(reply, kInvalidRequest, "an empty batch"sv);
    if (too_many) return refuse(reply, kBusy, "too many requests in a batch"sv);
    return refuse(reply, kAnswerTooLarge, "batch too large"sv);
  }

  std::size_t size = 0;
  json::Scanner scanner{text};
  scanner.next();
  while (const auto element = scanner.skip_value()) {
    reserved -= 1 + least_room(detail::read_envelope(element->raw));  // now it is what the rest needs
    const auto room = reply.subspan(size + 1, reply.size() - size - 1 - reserved);
    const auto answer = handle_one(element->raw, now, room);
    if (!answer || answer->empty()) continue;
    reply[size] = size == 0 ? '[' : ',';
    size += 1 + answer->size();
  }
  // "If there are no Response objects contained within the Response array as it is to be sent to the client,
  // the server MUST NOT return an empty Array and should return nothing at all."
  if (size == 0) return std::string_view{};
  reply[size] = ']';
  return std::string_view{reply.data(), size + 1};
}

/// A bucket of one second's commands that refills evenly: paid_until_ is when it will be full again.
bool Agent::admit(Instant now) noexcept {
  if (config_.max_commands_per_second == 0) return true;
  const Duration spacing{kMicrosecondsPerSecond / config_.max_commands_per_second};
  if (paid_until_ < now) paid_until_ = now;
  if (paid_until_ - now > 1s - spacing) return false;
  paid_until_ += spacing;
  return true;
}

std::expected<std::string_view, RpcError> Agent::call(std::string_view method, std::string_view params,
                                                      Instant now, std::span<char> result) noexcept {
  Call call{{}, params, now};
  const std::string_view value = run(call, method, result);
  if (call.error()) return std::unexpected{*call.error()};
  return value;
}

/// The call's result, within `result`; or `call` has failed.
std::string_view Agent::run(Call& call, std::string_view method, std::span<char> result) noexcept {
  json::Writer writer{result};
  dispatch(call, method, writer);
  auto value = writer.finish();
  if (!value && value.error().code == Errc::bad_state) value = writer.null().finish();  // nothing was written
  if (!value) {  // counts only if nothing was wrong before
    const bool full = value.error().code == Errc::too_large;
    call.fail(full ? kAnswerTooLarge : kInternalError, full ? "result too large"sv : "no whole result"sv);
  }
  if (!call.error()) {
    ++counters_.done;
    return *value;
  }
  const int code = call.error()->code;
  ++(code == kBusy || code == kNotAllowed ? counters_.refused : counters_.failed);
  return {};
}

void Agent::dispatch(Call& call, std::string_view method, json::Writer& result) {
  if (!admit(call.now())) return call.fail(kBusy, "too many commands"sv);
  const Command* const command = find(method);
  const BuiltIn* const built_in = command == nullptr ? find_built_in(method) : nullptr;
  if (command == nullptr && built_in == nullptr) return call.fail(kMethodNotFound, "no such method"sv);
  call.signature_ = command != nullptr ? command->signature : built_in->signature;
  if (config_.allow && !config_.allow(call)) return call.fail(kNotAllowed, "not allowed"sv);
  if (command != nullptr) return command->handler(call, result);
  (this->*built_in->handler)(call, result);
}

}  // namespace linnet::agent
