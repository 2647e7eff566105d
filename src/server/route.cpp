// SPDX-License-Identifier: Apache-2.0
#include "linnet/server/route.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "linnet/codec/http1_field.hpp"

namespace linnet::server {
namespace {

struct NamedMethod {
  std::string_view name;
  std::uint8_t bit;
};

constexpr std::array<NamedMethod, 5> kMethods{{
    {"GET", static_cast<std::uint8_t>(Method::get)},
    {"HEAD", static_cast<std::uint8_t>(Method::get)},
    {"POST", static_cast<std::uint8_t>(Method::post)},
    {"PUT", static_cast<std::uint8_t>(Method::put)},
    {"DELETE", static_cast<std::uint8_t>(Method::remove)},
}};

// Every combination of the four, ready-made: the index is the set of bits.
constexpr std::array<std::string_view, 16> kAllow{
    "",
    "GET, HEAD",
    "POST",
    "GET, HEAD, POST",
    "PUT",
    "GET, HEAD, PUT",
    "POST, PUT",
    "GET, HEAD, POST, PUT",
    "DELETE",
    "GET, HEAD, DELETE",
    "POST, DELETE",
    "GET, HEAD, POST, DELETE",
    "PUT, DELETE",
    "GET, HEAD, PUT, DELETE",
    "POST, PUT, DELETE",
    "GET, HEAD, POST, PUT, DELETE",
};

}  // namespace

std::uint8_t method_bit(std::string_view method) noexcept {
  for (const NamedMethod& each : kMethods) {
    if (each.name == method) return each.bit;
  }
  return 0;
}

std::string_view allow_text(std::uint8_t methods) noexcept {
  return kAllow[methods & 15];
}

bool WebSocketRoute::allows_origin(const Request& request) const noexcept {
  const std::string_view origin = request.field("Origin");
  if (options.origins.empty() || origin.empty()) return true;
  return std::ranges::any_of(options.origins, [origin](const std::string& allowed) {
    return http1::equal_ignoring_case(allowed, origin);
  });
}

Result<Pattern> Pattern::parse(std::string_view text) {
  if (!text.starts_with('/')) return fail(Errc::invalid_argument);
  Pattern pattern;
  const std::size_t wildcard = text.find_first_of(":*");
  pattern.before_ = std::string{text.substr(0, wildcard)};
  if (wildcard == std::string_view::npos) return pattern;

  const bool is_rest = text[wildcard] == '*';
  std::string_view behind = text.substr(wildcard + 1);
  // "*" ends a pattern; ":" begins a segment, whose name is ours alone.
  if (is_rest ? !behind.empty() : text[wildcard - 1] != '/') return fail(Errc::invalid_argument);
  if (behind.find_first_of(":*") != std::string_view::npos) return fail(Errc::invalid_argument);
  behind.remove_prefix(std::min(behind.find('/'), behind.size()));
  pattern.behind_ = std::string{behind};
  pattern.wildcard_ = is_rest ? Wildcard::rest : Wildcard::segment;
  return pattern;
}

bool Pattern::matches(std::string_view path, std::string_view& capture) const noexcept {
  capture = {};
  if (wildcard_ == Wildcard::none) return path == before_;
  if (!path.starts_with(before_)) return false;
  path.remove_prefix(before_.size());
  capture = path;
  if (wildcard_ == Wildcard::rest) return true;
  capture = path.substr(0, path.find('/'));
  return !capture.empty() && path.substr(capture.size()) == behind_;
}

bool Pattern::is_more_specific_than(const Pattern& other) const noexcept {
  if ((wildcard_ == Wildcard::none) != (other.wildcard_ == Wildcard::none))
    return wildcard_ == Wildcard::none;
  if (before_.size() != other.before_.size()) return before_.size() > other.before_.size();
  if (wildcard_ != other.wildcard_) return wildcard_ < other.wildcard_;
  return behind_.size() > other.behind_.size();
}

void Routes::insert(std::vector<Entry>& entries, Entry entry) {
  const auto at = std::ranges::find_if(
      entries, [&entry](const Entry& each) { return entry.pattern.is_more_specific_than(each.pattern); });
  entries.insert(at, std::move(entry));
}

Result<std::uint16_t> Routes::add(std::string_view text, Handler& handler, WebSocketOptions options) {
  auto pattern = Pattern::parse(text);
  if (!pattern) return std::unexpected{pattern.error()};
  if (websockets_.size() == kMost) return fail(Errc::too_many);
  for (const Entry& each : websocket_entries_) {
    if (each.pattern == *pattern) return fail(Errc::invalid_argument);  // it is there already
  }
  if (options.subprotocols.size() > kMost - 1 ||
      !std::ranges::all_of(options.subprotocols, http1::is_token)) {
    return fail(Errc::invalid_argument);
  }
  const auto index = static_cast<std::uint16_t>(websockets_.size());
  auto route = std::make_unique<WebSocketRoute>(
      WebSocketRoute{.handler = &handler, .options = std::move(options), .subprotocols = {}});
  for (const std::string& name : route->options.subprotocols) route->subprotocols.emplace_back(name);
  websockets_.push_back(std::move(route));
  insert(websocket_entries_, {.pattern = std::move(*pattern), .index = index});
  return index;
}

Result<void> Routes::add(std::string_view text, HttpHandler& handler, std::uint8_t methods) {
  auto pattern = Pattern::parse(text);
  if (!pattern) return std::unexpected{pattern.error()};
  if (https_.size() == kMost) return fail(Errc::too_many);
  const auto index = static_cast<std::uint16_t>(https_.size());
  https_.push_back({.handler = &handler, .methods = methods});
  insert(http_entries_, {.pattern = std::move(*pattern), .index = index});
  return {};
}

Routes::Match Routes::find(std::string_view path, std::string_view method) const noexcept {
  Match match;
  std::string_view capture;
  for (const Entry& each : websocket_entries_) {
    if (!each.pattern.matches(path, capture)) continue;
    match.websocket = websockets_[each.index].get();
    match.websocket_index = each.index;
    match.websocket_capture = capture;
    break;
  }
  const std::uint8_t bit = method_bit(method);
  for (const Entry& each : http_entries_) {
    if (!each.pattern.matches(path, capture)) continue;
    const HttpRoute& route = https_[each.index];
    match.methods |= route.methods;
    if (match.http == nullptr && (route.methods & bit) != 0) {
      match.http = &route;
      match.http_capture = capture;
    }
  }
  return match;
}

}  // namespace linnet::server
