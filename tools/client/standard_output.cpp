// SPDX-License-Identifier: Apache-2.0
#include "tools/client/standard_output.hpp"

#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace linnet::tools {

void StandardOutput::write(std::span<const Bytes> parts) noexcept {
  std::array<iovec, 8> vectors{};
  std::size_t count = 0;
  for (const Bytes part : parts) {
    // writev(2) takes as void* what it only reads.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
    auto* const base = const_cast<std::byte*>(part.data());
    if (!part.empty() && count < vectors.size())
      vectors[count++] = {.iov_base = base, .iov_len = part.size()};
  }
  std::size_t first = 0;
  while (!closed_ && first < count) {
    const ssize_t written = ::writev(STDOUT_FILENO, &vectors[first], static_cast<int>(count - first));
    if (written < 0) {
      if (errno == EAGAIN) {  // somebody made the terminal or the pipe non-blocking
        pollfd room{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
        if (::poll(&room, 1, -1) > 0) continue;
      }
      // EINTR: the program was asked to stop while a slow reader held it up.
      closed_ = true;
      if (errno != EPIPE && errno != EINTR) failure_ = errno;
      return;
    }
    auto left = static_cast<std::size_t>(written);
    while (first < count && left >= vectors[first].iov_len) left -= vectors[first++].iov_len;
    if (first < count) {
      vectors[first].iov_base = static_cast<std::byte*>(vectors[first].iov_base) + left;
      vectors[first].iov_len -= left;
    }
  }
}

}  // namespace linnet::tools
