// SPDX-License-Identifier: Apache-2.0
// A Store in a file: what an outbox has not delivered, and TLS sessions, across restarts, kill -9 and power
// cuts. The file is at most `area_size` bytes long, and twice that while it is written anew.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "linnet/session/journal.hpp"
#include "port/linux/file_medium.hpp"

namespace linnet::port::linux {

struct FileStoreOptions {
  std::uint32_t area_size = 1024 * 1024;  // bytes; three quarters of it may be live messages
  std::size_t records = 1024;             // messages and named things at one time
};

class FileStore {
 public:
  using Options = FileStoreOptions;

  explicit FileStore(const std::string& name, const Options& options = {});

  /// Once, before store(). Else what is wrong, and what to do about it, in words that begin with the name.
  std::expected<session::Journal::Recovery, std::string> open();
  session::Journal& store() noexcept { return journal_; }

 private:
  std::string name_;
  FileMedium medium_;
  std::vector<session::Journal::Entry> table_;
  session::Journal journal_;
};

/// What was found, for a log: "…: 37 bytes at 1234 could not be read; 12 messages were kept".
std::string describe(const session::Journal::Recovery& recovery);

}  // namespace linnet::port::linux
