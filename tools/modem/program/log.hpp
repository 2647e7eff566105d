// SPDX-License-Identifier: Apache-2.0
// `linnet modem --log FILE`: what host and modem say to each other, a line each with the seconds since the
// start, fit for people. PINs and passwords do not come here, payload comes as its size.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "tools/modem/traffic.hpp"

namespace linnet::tools {

class ModemLog final : public emulator::Traffic {
 public:
  ModemLog() = default;
  ~ModemLog();

  /// False, and errno: it cannot be written.
  bool open(const std::string& file, Instant now);

  void host(Instant now, std::string_view line) override { write(now, "H>", line); }
  void modem(Instant now, std::string_view text) override { write(now, "M>", text); }
  void payload(Instant now, bool from_host, std::size_t size) override;
  void note(Instant now, std::string_view text) override;

 private:
  void write(Instant now, const char* mark, std::string_view text);
  void print(Instant now, const std::string& text);

  std::FILE* file_ = nullptr;
  Instant start_{};
};

}  // namespace linnet::tools
