// SPDX-License-Identifier: Apache-2.0
// Which web pages may connect (RFC 6455, section 10.2): browsers say where a page came from, and a page from
// anywhere can try any address of this machine. Programs that are no browser send no Origin.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "linnet/server/request.hpp"

namespace linnet::tools {

/// No page at all, one of `allowed` ("https://example.com:8443"), or one that this server served itself. A
/// page whose host is a name other than localhost must be in `allowed` even then: whoever owns a name can
/// point it at this machine and so make his page look like ours.
bool is_own_page(const server::Request& request, std::span<const std::string> allowed) noexcept;

}  // namespace linnet::tools
