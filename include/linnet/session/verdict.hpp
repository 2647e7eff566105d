// SPDX-License-Identifier: Apache-2.0
// What an ended attempt or conversation means for the next one: pure judgement, no state.
#pragma once

#include <optional>

#include "linnet/base/time.hpp"
#include "linnet/session/conversation.hpp"
#include "linnet/session/stats.hpp"
#include "linnet/ws/close_code.hpp"

namespace linnet::session {

/// How something ended.
struct End {
  std::optional<Failure> failure{};
  ws::CloseCode code = ws::CloseCode::none_received;  // of the peer's close frame
  std::optional<Duration> retry_after{};              // what its answer asked for
  bool was_open = false;
  bool link_is_hopeless = false;  // says net::Link::is_hopeless()
};

struct Verdict {
  Cause cause = Cause::none;
  bool blames_link = false;  // another link may do better
  bool is_hopeless = false;  // trying again over this link is in vain
  Duration at_least{};       // what the server asked to wait
  Duration spread{};         // and up to so much more, at random: it asked others as well
};

Verdict judge(const End& end) noexcept;

}  // namespace linnet::session
