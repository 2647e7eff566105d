// SPDX-License-Identifier: Apache-2.0
// A whole file as text, up to a limit.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

namespace linnet::tools {

/// The content of `name`; else what is wrong with it, in words: "cannot be read: No such file or directory",
/// "has more than 65536 bytes".
std::expected<std::string, std::string> read_file(const std::string& name, std::size_t most);

}  // namespace linnet::tools
