// SPDX-License-Identifier: Apache-2.0
// Standard input as lines. Memory: what one line needs, up to the limit, and 64 KiB.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "linnet/base/error.hpp"
#include "port/linux/input.hpp"

namespace linnet::tools {

class LineSource {
 public:
  /// `input` is borrowed. A line has at most `longest` bytes, its end not counted.
  LineSource(port::linux::Input& input, std::size_t longest) noexcept : input_{&input}, longest_{longest} {}

  /// The line that comes next, without its LF; the last one may have none. It stays the next one until
  /// drop(), borrowed until the call after that. Nothing: there is none yet, or none any more (see ended());
  /// also where it would have to be read and `may_read` is false. Fails with too_large, or as reading does.
  Result<std::optional<std::string_view>> peek(bool may_read = true);
  void drop() noexcept;

  /// The input is over, and so are its lines.
  bool ended() const noexcept { return input_ended_ && begin_ == end_; }

 private:
  std::optional<std::string_view> find_line() noexcept;
  void make_room();

  port::linux::Input* input_;
  std::size_t longest_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;     // of the next line in the buffer
  std::size_t searched_ = 0;  // no LF between begin_ and here
  std::size_t end_ = 0;       // of what was read
  std::size_t taken_ = 0;     // bytes of the line that peek() gave, with its LF; 0: none
  bool input_ended_ = false;
};

}  // namespace linnet::tools
