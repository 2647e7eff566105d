// SPDX-License-Identifier: Apache-2.0
#include "port/linux/file_medium.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace linnet::port::linux {
namespace {

std::unexpected<Error> failed() noexcept {
  return fail(Errc::io_failure, static_cast<std::uint16_t>(errno));
}

std::string directory_of(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? std::string(1, '.') : name.substr(0, slash + 1);
}

std::uint32_t size_of(int file) noexcept {
  struct stat status{};
  if (file < 0 || ::fstat(file, &status) != 0) return 0;
  return static_cast<std::uint32_t>(std::min<off_t>(status.st_size, 1 << 30));
}

/// Whether `name` still is what `file` is: another program may have renamed its successor over it.
bool is_same(int file, const char* name) noexcept {
  struct stat opened{};
  struct stat named{};
  return ::fstat(file, &opened) == 0 && ::stat(name, &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

}  // namespace

FileMedium::FileMedium(const std::string& name, std::uint32_t area_size)
    : names_{name, name + ".next"}, directory_{directory_of(name)}, area_size_{area_size} {}

FileMedium::~FileMedium() {
  for (const unsigned area : {0u, 1u}) close(area);
}

Result<void> FileMedium::open() noexcept {
  struct stat status{};
  const bool is_there = ::stat(names_[0].c_str(), &status) == 0;
  if (is_there && !S_ISREG(status.st_mode)) return fail(Errc::invalid_argument);
  const auto file = open_locked(names_[0].c_str(), O_CREAT);
  if (!file) return std::unexpected{file.error()};
  files_[0] = *file;
  is_new_ = !is_there;
  if (const auto next = open_locked(names_[1].c_str(), 0)) {
    files_[1] = *next;
  } else if (next.error() != Error{Errc::io_failure, ENOENT}) {
    return std::unexpected{next.error()};
  }
  area_size_ = std::max({area_size_, size_of(files_[0]), size_of(files_[1])});
  return {};
}

Result<int> FileMedium::open_locked(const char* name, int flags) noexcept {
  for (;;) {
    const int file = ::open(name, O_RDWR | O_CLOEXEC | flags, 0600);
    if (file < 0) return failed();
    const bool is_locked = ::flock(file, LOCK_EX | LOCK_NB) == 0;
    if (is_locked && is_same(file, name)) return file;
    const int why = errno;
    ::close(file);
    if (!is_locked) {
      return why == EWOULDBLOCK ? fail(Errc::would_block)
                                : fail(Errc::io_failure, static_cast<std::uint16_t>(why));
    }
  }
}

Result<void> FileMedium::read(unsigned area, std::uint32_t offset, MutableBytes into) noexcept {
  while (!into.empty()) {
    const ssize_t got = files_[area] < 0 ? 0 : ::pread(files_[area], into.data(), into.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    if (got == 0) break;
    into = into.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint32_t>(got);
  }
  std::ranges::fill(into, std::byte{0xff});
  return {};
}

Result<void> FileMedium::write(unsigned area, std::uint32_t offset, Bytes bytes) noexcept {
  if (files_[area] < 0) return fail(Errc::io_failure, EBADF);
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(files_[area], bytes.data(), bytes.size(), offset);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed();
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint32_t>(put);
  }
  return {};
}

Result<void> FileMedium::sync(unsigned area) noexcept {
  if (files_[area] >= 0 && ::fdatasync(files_[area]) != 0) return failed();
  return is_new_ ? sync_directory() : Result<void>{};
}

Result<void> FileMedium::clear(unsigned area) noexcept {
  if (files_[area] < 0) {
    const auto file = open_locked(name_of(area), O_CREAT);
    if (!file) return std::unexpected{file.error()};
    files_[area] = *file;
  }
  return ::ftruncate(files_[area], 0) == 0 ? Result<void>{} : failed();
}

std::uint32_t FileMedium::extent(unsigned area) noexcept {
  return std::min(size_of(files_[area]), area_size_);
}

void FileMedium::retire(unsigned area) noexcept {
  if (files_[area] < 0) return;
  const bool is_the_name = (area ^ is_swapped_) == 0;
  if (is_the_name) {
    // Where this fails, both stay, and the newer one counts at the next start.
    if (std::rename(names_[1].c_str(), names_[0].c_str()) != 0) return;
    is_swapped_ ^= 1u;
    (void)sync_directory();
  } else {
    ::unlink(name_of(area));
  }
  close(area);
}

Result<void> FileMedium::sync_directory() noexcept {
  const int directory = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed();
  const bool is_synced = ::fsync(directory) == 0;
  const int why = errno;
  ::close(directory);
  if (!is_synced && why != EINVAL) return fail(Errc::io_failure, static_cast<std::uint16_t>(why));
  is_new_ = false;
  return {};
}

void FileMedium::close(unsigned area) noexcept {
  if (files_[area] >= 0) ::close(files_[area]);
  files_[area] = -1;
}

}  // namespace linnet::port::linux
