// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/resumption.hpp"

#include "linnet/codec/crc32.hpp"

namespace linnet::session {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kName = "tls"sv;
constexpr Duration kAgain = 1h;

}  // namespace

Resumption::Resumption(net::Security* security, Store* store, MutableBytes room) noexcept
    : security_{security},
      store_{store},
      room_{room},
      is_used_{security != nullptr && store != nullptr && !room.empty()} {}

Result<bool> Resumption::restore() noexcept {
  if (!is_used_) return false;
  const auto size = store_->get(kName, room_);
  if (!size) return std::unexpected{size.error()};
  if (*size == 0) return false;
  if (*size > room_.size()) return fail(Errc::invalid_argument);
  const Bytes kept = room_.first(*size);
  if (const auto taken = security_->import_sessions(kept); !taken) return std::unexpected{taken.error()};
  digest_ = codec::crc32(kept);
  revision_ = security_->sessions_revision();
  return true;
}

Result<bool> Resumption::keep(Instant now) noexcept {
  is_fresh_ = false;
  again_at_ = now + kAgain;
  revision_ = security_->sessions_revision();
  const auto size = security_->export_sessions(room_);
  if (!size) return std::unexpected{size.error()};
  const Bytes exported = room_.first(*size);
  const std::uint32_t digest = codec::crc32(exported);
  if (digest == digest_) return false;
  if (const auto put = store_->put(kName, exported); !put) return std::unexpected{put.error()};
  digest_ = digest;
  return true;
}

Result<bool> Resumption::keep_last(Instant now) noexcept {
  if (!is_used_ || security_->sessions_revision() == revision_) return false;
  return keep(now);
}

}  // namespace linnet::session
