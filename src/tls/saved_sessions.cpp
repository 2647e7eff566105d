// SPDX-License-Identifier: Apache-2.0
// As bytes: "LTS1", for each session its host (32), until when it is good (8), its size (2) and itself, as
// mbedTLS writes it with its own version in front; then SHA-256 over all of that and the policy.
#include "linnet/tls/saved_sessions.hpp"

#include <algorithm>
#include <cstring>

#include "mbedtls.hpp"
#include "sha256.hpp"

namespace linnet::tls {
namespace {

constexpr std::array<std::byte, 4> kMagic{std::byte{'L'}, std::byte{'T'}, std::byte{'S'}, std::byte{'1'}};
constexpr std::size_t kHead = sizeof(Digest) + 8 + 2;
constexpr std::size_t kMostSession = 0xFFFF;

/// The policy's digest and that of the content, digested.
Digest seal_of(const Digest& policy, Bytes content) noexcept {
  const std::array<Digest, 2> both{policy, sha256(content)};
  return sha256(std::as_bytes(std::span{both}));
}

}  // namespace

SavedSessions::SavedSessions() noexcept {
  for (Saved& saved : saved_) mbedtls_ssl_session_init(&saved.session);
}

SavedSessions::~SavedSessions() {
  clear();
}

void SavedSessions::drop(Saved& saved) noexcept {
  mbedtls_ssl_session_free(&saved.session);
  mbedtls_ssl_session_init(&saved.session);
  saved.used = 0;
}

void SavedSessions::clear() noexcept {
  for (Saved& saved : saved_) drop(saved);
}

SavedSessions::Saved* SavedSessions::find(const Digest& host) noexcept {
  const auto is_it = [&](const Saved& saved) { return saved.used != 0 && saved.host == host; };
  for (Saved& saved : saved_) {
    if (is_it(saved)) return &saved;
  }
  return nullptr;
}

void SavedSessions::forget(const Digest& host) noexcept {
  if (Saved* const saved = find(host)) drop(*saved);
}

std::int64_t SavedSessions::valid_until(const Digest& host) const noexcept {
  for (const Saved& saved : saved_) {
    if (saved.used != 0 && saved.host == host) return saved.valid_until;
  }
  return INT64_MAX;
}

bool SavedSessions::offer(const Digest& host, mbedtls_ssl_context& ssl, std::int64_t now) noexcept {
  Saved* const saved = find(host);
  if (saved == nullptr) return false;
  if (now > saved->valid_until) {
    drop(*saved);
    return false;
  }
  if (mbedtls_ssl_set_session(&ssl, &saved->session) != 0) return false;
  saved->used = ++count_;
  return true;
}

void SavedSessions::keep(const Digest& host, const mbedtls_ssl_context& ssl,
                         std::int64_t valid_until) noexcept {
  Saved* saved = find(host);
  if (saved == nullptr) saved = &*std::ranges::min_element(saved_, {}, &Saved::used);
  drop(*saved);
  if (mbedtls_ssl_get_session(&ssl, &saved->session) != 0) return drop(*saved);
  saved->host = host;
  saved->valid_until = valid_until;
  saved->used = ++count_;
}

Result<std::size_t> SavedSessions::write(const Digest& policy, MutableBytes into) const noexcept {
  std::array<const Saved*, kHosts> newest{};
  std::ranges::transform(saved_, newest.begin(), [](const Saved& saved) { return &saved; });
  std::ranges::sort(newest, std::ranges::greater{}, [](const Saved* saved) { return saved->used; });
  std::size_t size = kMagic.size();
  bool any = false;
  for (const Saved* const saved : newest) {
    if (saved->used == 0 || into.size() < size + kHead + sizeof(Digest)) continue;
    std::byte* const at = into.data() + size;
    const std::size_t room = std::min(into.size() - size - kHead - sizeof(Digest), kMostSession);
    std::size_t taken = 0;
    if (mbedtls_ssl_session_save(&saved->session, reinterpret_cast<unsigned char*>(at + kHead), room,
                                 &taken) != 0)
      continue;
    std::memcpy(at, saved->host.data(), sizeof(Digest));
    store_be64(at + sizeof(Digest), static_cast<std::uint64_t>(saved->valid_until));
    store_be16(at + sizeof(Digest) + 8, static_cast<std::uint16_t>(taken));
    size += kHead + taken;
    any = true;
  }
  const bool none_kept = std::ranges::all_of(saved_, [](const Saved& saved) { return saved.used == 0; });
  if (!any && !none_kept) return fail(Errc::too_large);
  if (into.size() < size + sizeof(Digest)) return fail(Errc::too_large);
  std::memcpy(into.data(), kMagic.data(), kMagic.size());
  const Digest seal = seal_of(policy, into.first(size));
  std::memcpy(into.data() + size, seal.data(), seal.size());
  return size + seal.size();
}

Result<void> SavedSessions::read(const Digest& policy, Bytes from) noexcept {
  if (from.size() < kMagic.size() + sizeof(Digest) ||
      std::memcmp(from.data(), kMagic.data(), kMagic.size()) != 0)
    return fail(Errc::invalid_argument);
  const Bytes content = from.first(from.size() - sizeof(Digest));
  const Digest seal = seal_of(policy, content);
  if (std::memcmp(seal.data(), from.data() + content.size(), seal.size()) != 0)
    return fail(Errc::invalid_argument);
  clear();
  Bytes rest = content.subspan(kMagic.size());
  // The newest comes first, and is to stay the newest.
  auto used = static_cast<std::uint32_t>(kHosts);
  for (Saved& saved : saved_) {
    if (rest.size() < kHead) break;
    const std::size_t size = load_be16(rest.data() + sizeof(Digest) + 8);
    if (rest.size() < kHead + size) break;
    if (mbedtls_ssl_session_load(&saved.session, reinterpret_cast<const unsigned char*>(rest.data() + kHead),
                                 size) != 0)
      break;
    std::memcpy(saved.host.data(), rest.data(), sizeof(Digest));
    saved.valid_until = static_cast<std::int64_t>(load_be64(rest.data() + sizeof(Digest)));
    saved.used = used--;
    rest = rest.subspan(kHead + size);
  }
  if (!rest.empty()) {  // sealed, and yet not what write() writes: another version's
    clear();
    return fail(Errc::invalid_argument);
  }
  count_ = std::max(count_, static_cast<std::uint32_t>(kHosts));
  return {};
}

}  // namespace linnet::tls
