// SPDX-License-Identifier: Apache-2.0
// The web console's page, its style and its program, as HTTP routes. Their text is tools/console/, part of
// this program (cmake/embed.cmake).
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "linnet/server/server.hpp"

namespace linnet::tools {

/// One file of tools/console/.
struct Asset {
  std::string_view name;  // "index.html"
  std::span<const unsigned char> content;
};
/// Written by the build.
extern const std::span<const Asset> kConsoleAssets;

class ConsolePage final : public server::HttpHandler {
 public:
  /// `asset` is borrowed.
  explicit ConsolePage(const Asset& asset);
  const std::string& path() const noexcept { return path_; }

  void respond(const server::Request& request, server::Response& response) override;

 private:
  const Asset* asset_;
  std::string path_;
  std::string_view content_type_;
};

/// All pages of the console, at "/" and "/console/NAME".
class ConsolePages {
 public:
  ConsolePages();
  ConsolePages(const ConsolePages&) = delete;
  ConsolePages& operator=(const ConsolePages&) = delete;

  /// This object outlives `server`.
  Result<void> add_to(server::Server& server);

 private:
  std::deque<ConsolePage> pages_;  // they do not move
};

}  // namespace linnet::tools
