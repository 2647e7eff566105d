// SPDX-License-Identifier: Apache-2.0
#include "port/linux/file_store.hpp"

#include <cstring>

namespace linnet::port::linux {

FileStore::FileStore(const std::string& name, const Options& options)
    : name_{name}, medium_{name, options.area_size}, table_(options.records), journal_{medium_, table_} {}

std::expected<session::Journal::Recovery, std::string> FileStore::open() {
  const auto wrong = [this](const std::string& what) { return std::unexpected{name_ + what}; };
  const auto because = [&](const Error& error) {
    if (error == Errc::would_block)
      return wrong(" is in use by another program: each needs a file of its own");
    if (error == Errc::invalid_argument) return wrong(" is no regular file");
    return wrong(std::string{": "} + std::strerror(error.detail));
  };
  if (const auto opened = medium_.open(); !opened) return because(opened.error());
  const auto recovery = journal_.open();
  if (!recovery && recovery.error() == Errc::too_many) {
    return wrong(" holds more than " + std::to_string(table_.size()) +
                 " messages; move it away to begin anew");
  }
  if (!recovery) return because(recovery.error());
  if (recovery->condition == session::Journal::Condition::foreign) {
    return wrong(" is something else than an outbox, and was left alone: name another file, or move it away");
  }
  return *recovery;
}

std::string describe(const session::Journal::Recovery& recovery) {
  std::string text{describe(recovery.condition)};
  if (recovery.damaged != 0) {
    text += ": " + std::to_string(recovery.damaged) + " bytes at " + std::to_string(recovery.first_damage) +
            " could not be read";
  }
  text += recovery.damaged != 0 ? "; " : ": ";
  text += std::to_string(recovery.messages) +
          (recovery.messages == 1 ? " message was kept" : " messages were kept");
  return text;
}

}  // namespace linnet::port::linux
