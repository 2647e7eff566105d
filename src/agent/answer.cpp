// SPDX-License-Identifier: Apache-2.0
// See answer.hpp. JSON-RPC 2.0, section 5.
#include "answer.hpp"

#include <algorithm>

#include "linnet/agent/agent.hpp"
#include "linnet/codec/json.hpp"

namespace linnet::agent::detail {

using namespace std::string_view_literals;

namespace {

constexpr std::string_view kBegin = R"({"jsonrpc":"2.0","id":)";
constexpr std::string_view kCode = R"({"code":)";
constexpr std::string_view kMessage = R"(,"message":")";
constexpr std::string_view kShortened = "details left out";
constexpr std::size_t kLongestCode = 11;  // -2147483648

static_assert(kErrorRoom == kBegin.size() + R"(,"error":)"sv.size() + kCode.size() + kLongestCode +
                                kMessage.size() + kShortened.size() + R"("}})"sv.size());
static_assert(kErrorRoom + kMaxId <= kMinReply);

}  // namespace

Answer::Answer(std::span<char> buffer, std::initializer_list<std::string_view> parts) noexcept
    : begin_{buffer.data()} {
  for (const std::string_view part : parts) {
    if (part.size() > buffer.size()) return;
    std::copy_n(part.data(), part.size(), buffer.data());
    buffer = buffer.subspan(part.size());
  }
  if (!buffer.empty()) room_ = buffer.first(buffer.size() - 1);
}

std::string_view Answer::finish(std::string_view value) const noexcept {
  char* const end = room_.data() + value.size();
  *end = '}';
  return {begin_, static_cast<std::size_t>(end + 1 - begin_)};
}

Result<std::string_view> write_error(std::span<char> buffer, const RpcError& error) noexcept {
  json::Writer writer{buffer};
  writer.begin_object().member("code"sv, error.code).member("message"sv, error.message);
  if (!error.param.empty()) {
    writer.key("data"sv).begin_object().member("param"sv, error.param);
    if (error.min != error.max) writer.member("min"sv, error.min).member("max"sv, error.max);
    writer.end_object();
  }
  return writer.end_object().finish();
}

Answer rpc_answer(std::span<char> buffer, std::string_view id, std::string_view member) noexcept {
  return Answer{buffer, {kBegin, id, R"(,")"sv, member, R"(":)"sv}};
}

std::string_view rpc_error(std::span<char> buffer, std::string_view id, const RpcError& error) noexcept {
  const Answer answer = rpc_answer(buffer, id, "error"sv);
  auto value = write_error(answer.room(), error);
  if (!value) value = write_error(answer.room(), {.code = error.code, .message = kShortened});
  return value ? answer.finish(*value) : std::string_view{};
}

}  // namespace linnet::agent::detail
