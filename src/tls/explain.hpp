// SPDX-License-Identifier: Apache-2.0
// A failure of TLS: what kind it is, and in words what failed, with which certificate, and what to try.
#pragma once

#include <string_view>

#include "linnet/tls/problem.hpp"
#include "linnet/tls/stream.hpp"
#include "linnet/tls/verdict.hpp"
#include "words.hpp"

namespace linnet::tls {

struct Circumstances {
  std::string_view peer{};  // "example.com", "the client"
  bool is_client = true;    // we are
  bool has_credentials = false;
};

/// `flags`: mbedTLS's verify result.
Problem diagnose(const Breakdown& breakdown, const Verdict& verdict, std::uint32_t flags) noexcept;

void explain(Words& words, Problem problem, const Breakdown& breakdown, const Verdict& verdict,
             const Circumstances& about) noexcept;

}  // namespace linnet::tls
