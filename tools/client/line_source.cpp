// SPDX-License-Identifier: Apache-2.0
#include "tools/client/line_source.hpp"

#include <cstring>

namespace linnet::tools {
namespace {
constexpr std::size_t kRead = 65'536;  // what a pipe holds by default (pipe(7))
}

std::optional<std::string_view> LineSource::find_line() noexcept {
  const std::byte* const from = buffer_.data() + searched_;
  const void* const found = searched_ < end_ ? std::memchr(from, '\n', end_ - searched_) : nullptr;
  if (found == nullptr) {
    searched_ = end_;
    if (!input_ended_ || begin_ == end_) return std::nullopt;
    taken_ = end_ - begin_;
    return as_text(Bytes{buffer_}.subspan(begin_, taken_));
  }
  const auto size = static_cast<std::size_t>(static_cast<const std::byte*>(found) - buffer_.data()) - begin_;
  taken_ = size + 1;
  return as_text(Bytes{buffer_}.subspan(begin_, size));
}

/// For another read: what is left goes to the front, and the buffer grows with a long line only.
void LineSource::make_room() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    searched_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < kRead) buffer_.resize(buffer_.size() + std::max(kRead, buffer_.size()));
}

Result<std::optional<std::string_view>> LineSource::peek(bool may_read) {
  while (true) {
    const auto line = find_line();
    if (line ? line->size() > longest_ : end_ - begin_ > longest_) return fail(Errc::too_large);
    if (line || input_ended_ || !may_read) return line;
    make_room();
    const auto size = input_->read(MutableBytes{buffer_}.subspan(end_, kRead));
    if (!size) {
      if (size.error() != Errc::end_of_stream) return std::unexpected{size.error()};
      input_ended_ = true;
    } else if (*size == 0) {
      return std::nullopt;
    } else {
      end_ += *size;
    }
  }
}

void LineSource::drop() noexcept {
  begin_ += taken_;
  searched_ = begin_;
  taken_ = 0;
}

}  // namespace linnet::tools
