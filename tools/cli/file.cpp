// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tools/cli/text.hpp"

namespace linnet::tools {

std::expected<std::string, std::string> read_file(const std::string& name, std::size_t most) {
  constexpr std::size_t kStep = 65'536;
  const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected{concat("cannot be read: ", std::strerror(errno))};
  std::string content;
  int failure = 0;
  while (failure == 0 && content.size() <= most) {
    const std::size_t have = content.size();
    content.resize(have + std::max(kStep, have));
    const ssize_t size = ::read(fd, content.data() + have, content.size() - have);
    if (size < 0 && errno != EINTR) failure = errno;
    content.resize(have + static_cast<std::size_t>(size < 0 ? 0 : size));
    if (size == 0) break;
  }
  ::close(fd);
  if (failure != 0) return std::unexpected{concat("cannot be read: ", std::strerror(failure))};
  if (content.size() > most) return std::unexpected{concat("has more than ", most, " bytes")};
  return content;
}

}  // namespace linnet::tools
