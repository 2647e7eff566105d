// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/workspace.hpp"

#include <algorithm>
#include <cstring>

namespace linnet::ws {

std::byte* Workspace::room_after_compaction(std::size_t size, std::size_t reserve) noexcept {
  const std::size_t used = distance(begin_, end_);
  const std::size_t gap = distance(storage_, begin_);
  if (gap == 0 || size + reserve > capacity() - used) return nullptr;
  std::memmove(storage_, begin_, used);
  borrowed_at_ = std::max(borrowed_at_, begin_) - gap;
  begin_ = storage_;
  end_ -= gap;
  return end_;
}

void Workspace::sent_in_part(std::size_t size) noexcept {
  if (!borrowed_.empty()) {
    const std::size_t before = std::min(size, distance(begin_, borrowed_at_));
    begin_ += before;
    size -= before;
    const std::size_t middle = std::min(size, borrowed_.size());
    borrowed_ = borrowed_.subspan(middle);
    size -= middle;
  }
  begin_ += std::min(size, distance(begin_, end_));
}

}  // namespace linnet::ws
