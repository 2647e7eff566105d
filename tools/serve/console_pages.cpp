// SPDX-License-Identifier: Apache-2.0
#include "tools/serve/console_pages.hpp"

#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

// Everything comes from this server, and nothing is inline: text that a device sent cannot become a program.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri "
    "'none'; "
    "form-action 'none'; frame-ancestors 'none'";

std::string_view type_of(std::string_view name) noexcept {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  return "image/svg+xml";
}

}  // namespace

ConsolePage::ConsolePage(const Asset& asset)
    : asset_{&asset},
      path_{asset.name == "index.html" ? std::string{"/"} : concat("/console/", asset.name)},
      content_type_{type_of(asset.name)} {}

void ConsolePage::respond(const server::Request& /*request*/, server::Response& response) {
  response.content_type = content_type_;
  response.field("Content-Security-Policy", kPolicy);
  response.field("X-Content-Type-Options", "nosniff");
  response.field("Referrer-Policy", "no-referrer");
  response.field("Cache-Control", "no-cache");
  response.view(std::as_bytes(asset_->content));
}

ConsolePages::ConsolePages() {
  for (const Asset& asset : kConsoleAssets) pages_.emplace_back(asset);
}

Result<void> ConsolePages::add_to(server::Server& server) {
  for (ConsolePage& page : pages_) {
    if (const auto added = server.http(page.path(), page); !added) return added;
  }
  return {};
}

}  // namespace linnet::tools
