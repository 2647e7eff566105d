// SPDX-License-Identifier: Apache-2.0
// The journal's reader. The first byte chooses the medium's unit and where the second area begins; the rest
// is what lies on the medium. Properties: what is foreign stays as it is; whatever is found can be read, in
// order; nothing is written where something is; a journal that has been opened takes a message, and the next
// opening is clean and has the same messages and that one, unless it says that it is full.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "linnet/session/journal.hpp"

namespace {

using namespace linnet;
using session::Journal;

constexpr std::uint32_t kArea = 512;

void check(bool holds) {
  if (!holds) std::abort();
}

class Medium final : public session::Medium {
 public:
  Medium(std::uint32_t unit, std::span<const std::uint8_t> first, std::span<const std::uint8_t> second)
      : unit_{unit} {
    for (auto& area : areas_) area.fill(std::byte{0xff});
    if (!first.empty())
      std::memcpy(areas_[0].data(), first.data(), std::min<std::size_t>(first.size(), kArea));
    if (!second.empty())
      std::memcpy(areas_[1].data(), second.data(), std::min<std::size_t>(second.size(), kArea));
  }
  Shape shape() const noexcept override { return {.area_size = kArea, .unit = unit_}; }
  Result<void> read(unsigned area, std::uint32_t offset, MutableBytes into) noexcept override {
    check(area < 2 && offset <= kArea && into.size() <= kArea - offset);
    if (!into.empty()) std::memcpy(into.data(), areas_[area].data() + offset, into.size());
    return {};
  }
  Result<void> write(unsigned area, std::uint32_t offset, Bytes bytes) noexcept override {
    check(area < 2 && offset <= kArea && bytes.size() <= kArea - offset);
    check(offset % unit_ == 0 && bytes.size() % unit_ == 0);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      check(areas_[area][offset + i] == std::byte{0xff});
      areas_[area][offset + i] = bytes[i];
    }
    return {};
  }
  Result<void> sync(unsigned /*area*/) noexcept override { return {}; }
  Result<void> clear(unsigned area) noexcept override {
    areas_[area].fill(std::byte{0xff});
    return {};
  }

  using Areas = std::array<std::array<std::byte, kArea>, 2>;
  Areas areas_;

 private:
  std::uint32_t unit_;
};

std::vector<std::string> messages(Journal& journal) {
  std::vector<std::string> all;
  std::array<std::byte, kArea> buffer;
  for (auto each = journal.next(0); each != 0; each = journal.next(each)) {
    const auto size = journal.read(each, buffer);
    check(size && *size <= buffer.size());
    all.emplace_back(as_text(Bytes{buffer}.first(*size)));
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::span<const std::uint8_t> input{data + 2, size - 2};
  const std::size_t cut = std::min<std::size_t>(input.size(), std::size_t{data[1]} * 4);
  Medium medium{1u << (data[0] % 6), input.first(cut), input.subspan(cut)};
  std::array<Journal::Entry, 64> table;
  const Medium::Areas before = medium.areas_;
  Journal journal{medium, table};
  const auto recovery = journal.open();
  if (!recovery) return 0;
  if (recovery->condition == Journal::Condition::foreign) {
    check(medium.areas_ == before);
    check(!journal.append({}, {}));
    check(journal.format().has_value());
  }
  std::vector<std::string> expected = messages(journal);
  const auto added = journal.append(as_bytes("fuzz"), as_bytes("ed"));
  if (added) expected.emplace_back("fuzzed");
  check(added || fault(added.error()) == Fault::capacity);
  const auto put = journal.put("ticket", as_bytes("secret"));
  check(journal.commit().has_value());

  Journal again{medium, table};
  const auto second = again.open();
  check(second && second->condition == Journal::Condition::clean);
  check(messages(again) == expected);
  if (put) {
    std::array<std::byte, 16> ticket;
    check(again.get("ticket", ticket) == 6u);
  }
  for (auto each = again.next(0); each != 0; each = again.next(0)) check(again.erase(each).has_value());
  check(messages(again).empty());
  return 0;
}
