// SPDX-License-Identifier: Apache-2.0
#include "port/linux/trust_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace linnet::port::linux {
namespace {

constexpr std::size_t kMost = 8 * 1024 * 1024;

// Debian, Ubuntu, Arch, Alpine; Fedora, RHEL; SUSE.
constexpr std::array kPlaces{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                             "/etc/ssl/ca-bundle.pem"};

Result<std::string> load(const char* name) {
  const int fd = ::open(name, O_RDONLY | O_CLOEXEC);
  int failure = fd < 0 ? errno : 0;
  std::string content;
  while (failure == 0) {
    constexpr std::size_t kStep = 256 * 1024;
    const std::size_t have = content.size();
    content.resize(have + kStep);
    const ssize_t size = ::read(fd, content.data() + have, kStep);
    if (size < 0 && errno != EINTR) failure = errno;
    content.resize(have + static_cast<std::size_t>(size < 0 ? 0 : size));
    if (size == 0) break;
    if (content.size() > kMost) failure = EFBIG;
  }
  if (fd >= 0) ::close(fd);
  if (failure != 0) return fail(Errc::io_failure, static_cast<std::uint16_t>(failure));
  return content;
}

}  // namespace

Result<std::string> load_system_authorities() {
  if (const char* const chosen = std::getenv("SSL_CERT_FILE"); chosen != nullptr && *chosen != 0)
    return load(chosen);
  Result<std::string> loaded = fail(Errc::io_failure, ENOENT);
  for (const char* const place : kPlaces) {
    loaded = load(place);
    if (loaded || loaded.error().detail != ENOENT) break;
  }
  return loaded;
}

}  // namespace linnet::port::linux
