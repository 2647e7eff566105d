// SPDX-License-Identifier: Apache-2.0
#include "linnet/ws/workspace.hpp"

#include <algorithm>
#include <cstring>

namespace linnet::ws {

std::byte* Workspace::room_after_compaction(std::size_t size, std::size_t reserve) noexcept {
  const std::uint32_t used = end_ - begin_;
  if (begin_ == 0 || size + reserve > capacity_ - used) return nullptr;
  std::memmove(storage_, storage_ + begin_, used);
  borrowed_at_ -= std::min(begin_, borrowed_at_);
  begin_ = 0;
  end_ = used;
  return storage_ + end_;
}

void Workspace::sent_in_part(std::size_t size) noexcept {
  if (!borrowed_.empty()) {
    const std::size_t before = std::min<std::size_t>(size, borrowed_at_ - begin_);
    begin_ += static_cast<std::uint32_t>(before);
    size -= before;
    const std::size_t middle = std::min(size, borrowed_.size());
    borrowed_ = borrowed_.subspan(middle);
    size -= middle;
  }
  begin_ += static_cast<std::uint32_t>(std::min<std::size_t>(size, end_ - begin_));
}

}  // namespace linnet::ws
