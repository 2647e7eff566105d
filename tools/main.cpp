// SPDX-License-Identifier: Apache-2.0
// The program `linnet`: everything that a user does without hardware. It finds the command and runs it.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "tools/cli/text.hpp"
#include "tools/command.hpp"

namespace linnet::tools {
namespace {

std::string overview() {
  std::string text =
      "linnet keeps a connected device talking: WebSocket clients, servers and devices.\n\n"
      "usage: linnet COMMAND [OPTION]...\n\n"
      "commands\n";
  for (const Command& command : kCommands) {
    const std::string padding(command.name.size() < 10 ? 10 - command.name.size() : 1, ' ');
    text += concat("  ", command.name, padding, command.about, "\n");
  }
  text +=
      "\n"
      "linnet COMMAND --help   its options\n"
      "linnet --version        which one this is\n\n"
      "exit status: 0 it did what was asked; 1 the connection or the operation failed, and the last line of\n"
      "stderr says what to try; 2 wrong usage\n";
  return text;
}

void print(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
}

/// A descriptor of the first three that is closed would be given to the next file or socket that is opened,
/// which would then be read or written for it.
void keep_standard_descriptors() {
  for (int fd = ::open("/dev/null", O_RDWR); fd >= 0; fd = ::open("/dev/null", O_RDWR)) {
    if (fd <= STDERR_FILENO) continue;
    ::close(fd);
    return;
  }
}

int run(Arguments arguments) {
  if (arguments.empty()) {
    print(stderr, overview());
    return kWrongUsage;
  }
  const std::string_view name = arguments.front();
  arguments = arguments.subspan(1);
  if (name == "--help" || name == "-h" || name == "help") {
    print(stdout, overview());
    return kDone;
  }
  if (name == "--version") {
    print(stdout, "linnet " LINNET_VERSION "\n");
    return kDone;
  }
  for (const Command& command : kCommands) {
    if (command.name == name) return command.run(arguments);
  }
  print(stderr,
        concat("linnet: there is no command '", printable(name, 80), "'; `linnet --help` lists them\n"));
  return kWrongUsage;
}

}  // namespace
}  // namespace linnet::tools

int main(int argc, char** argv) {
  linnet::tools::keep_standard_descriptors();
  return linnet::tools::run({argv + 1, argc > 0 ? static_cast<std::size_t>(argc) - 1 : 0});
}
