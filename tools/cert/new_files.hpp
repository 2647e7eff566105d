// SPDX-License-Identifier: Apache-2.0
// Several files that appear together, or not at all: each is written whole beside its place first, then put
// there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace linnet::tools {

class NewFiles {
 public:
  /// `replaces`: files that are there already give way; else they are what stops it.
  explicit NewFiles(bool replaces) : replaces_{replaces} {}
  ~NewFiles();
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;

  /// Writes `content` to the disk, beside `name`. `secret`: for the owner's eyes only (mode 0600). Empty:
  /// done; else what went wrong, in words.
  std::string add(const std::string& name, std::string_view content, bool secret);
  /// Puts all in their places. Empty: done.
  std::string commit();

 private:
  struct File {
    std::string name;
    std::string beside;
  };
  std::vector<File> files_;
  bool replaces_;
};

}  // namespace linnet::tools
