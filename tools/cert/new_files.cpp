// SPDX-License-Identifier: Apache-2.0
#include "tools/cert/new_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

std::string why(const std::string& name, std::string_view what, int failure) {
  return concat(name, " cannot be ", what, ": ", std::strerror(failure));
}

/// 0, or errno.
int write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t size = ::write(fd, content.data(), content.size());
    if (size < 0 && errno != EINTR) return errno;
    if (size > 0) content.remove_prefix(static_cast<std::size_t>(size));
  }
  return ::fsync(fd) == 0 ? 0 : errno;
}

/// 0, or errno. Without `replaces` the name is taken only where it is free, also from whoever was faster than
/// a look at it; a file system that cannot do that has the look.
int put(const std::string& from, const std::string& to, bool replaces) {
  if (!replaces) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL) return errno;
    if (::access(to.c_str(), F_OK) == 0) return EEXIST;
  }
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

}  // namespace

NewFiles::~NewFiles() {
  for (const File& file : files_) {
    if (!file.beside.empty()) ::unlink(file.beside.c_str());
  }
}

std::string NewFiles::add(const std::string& name, std::string_view content, bool secret) {
  std::string beside = name + ".XXXXXX";
  const int fd = ::mkostemp(beside.data(), O_CLOEXEC);  // with mode 0600
  if (fd < 0) return why(name, "written", errno);
  files_.push_back({name, beside});
  int failure = write_all(fd, content);
  if (failure == 0 && !secret && ::fchmod(fd, 0644) != 0) failure = errno;
  if (::close(fd) != 0 && failure == 0) failure = errno;
  return failure == 0 ? std::string{} : why(name, "written", failure);
}

std::string NewFiles::commit() {
  for (std::size_t done = 0; done < files_.size(); ++done) {
    const int failure = put(files_[done].beside, files_[done].name, replaces_);
    if (failure == 0) {
      files_[done].beside.clear();
      continue;
    }
    for (std::size_t before = 0; before < done && !replaces_; ++before) ::unlink(files_[before].name.c_str());
    return why(files_[done].name, "put in its place", failure);
  }
  return {};
}

}  // namespace linnet::tools
