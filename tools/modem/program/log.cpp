// SPDX-License-Identifier: Apache-2.0
// Lines of a log; flushed each, for somebody may be watching.
#include "tools/modem/program/log.hpp"

#include "tools/cli/text.hpp"

namespace linnet::tools {

ModemLog::~ModemLog() {
  if (file_ != nullptr) std::fclose(file_);
}

bool ModemLog::open(const std::string& file, Instant now) {
  start_ = now;
  file_ = std::fopen(file.c_str(), "we");
  return file_ != nullptr;
}

void ModemLog::print(Instant now, const std::string& text) {
  if (file_ == nullptr) return;
  const double seconds = static_cast<double>((now - start_).count()) / 1e6;
  std::fprintf(file_, "%10.4f %s\n", seconds, text.c_str());
  std::fflush(file_);
}

void ModemLog::write(Instant now, const char* mark, std::string_view text) {
  std::string shown{mark};
  shown += ' ';
  for (const char c : text) {
    if (c == '\r')
      shown += "\\r";
    else if (c == '\n')
      shown += "\\n";
    else
      shown += printable({&c, 1}, 8);
  }
  print(now, shown);
}

void ModemLog::payload(Instant now, bool from_host, std::size_t size) {
  print(now, concat(from_host ? "H> {" : "M> {", size, "}"));
}

void ModemLog::note(Instant now, std::string_view text) {
  print(now, concat("-- ", text));
}

}  // namespace linnet::tools
