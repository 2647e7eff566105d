// SPDX-License-Identifier: Apache-2.0
// The program's commands: each is a function in a file of its own, and has a line in kCommands below.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace linnet::tools {

// The exit status, of the program and of each command.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;      // the connection or the operation; stderr's last line says what to try
inline constexpr int kWrongUsage = 2;  // of the command line

/// What stands behind the command's name.
using Arguments = std::span<const char* const>;

int bench(Arguments arguments);
int cert(Arguments arguments);
int connect(Arguments arguments);
int demo(Arguments arguments);
int device(Arguments arguments);
int modem(Arguments arguments);
int serve(Arguments arguments);
int trace(Arguments arguments);

struct Command {
  std::string_view name;
  std::string_view about;
  int (*run)(Arguments arguments);
};

inline constexpr std::array kCommands{
    Command{"bench", "load and figures: messages per second and latency of a server that echoes", &bench},
    Command{"cert", "certificates for development: an authority, and what it signs", &cert},
    Command{"connect", "one WebSocket client", &connect},
    Command{"demo", "the whole story: a server with its console, and a device", &demo},
    Command{"device", "a device without hardware", &device},
    Command{"modem", "a SIM7670G that is a program", &modem},
    Command{"serve", "the development server: echo, ticker, devices and their console", &serve},
    Command{"trace", "shows what --trace recorded", &trace},
};

}  // namespace linnet::tools
