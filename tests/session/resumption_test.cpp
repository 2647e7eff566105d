// SPDX-License-Identifier: Apache-2.0
#include "linnet/session/resumption.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>

namespace linnet::session {
namespace {

/// One named thing, and how often it was written.
class OneThing final : public Store {
 public:
  Result<Number> append(Bytes, Bytes) noexcept override { return fail(Errc::io_failure); }
  Result<void> erase(Number) noexcept override { return {}; }
  Result<void> commit() noexcept override { return {}; }
  Number next(Number) const noexcept override { return 0; }
  Result<std::size_t> read(Number, MutableBytes) noexcept override { return fail(Errc::invalid_argument); }
  Result<void> put(std::string_view name, Bytes bytes) noexcept override {
    EXPECT_EQ(name, "tls");
    ++writes;
    if (is_broken) return fail(Errc::io_failure);
    thing = as_text(bytes);
    return {};
  }
  Result<std::size_t> get(std::string_view name, MutableBytes into) noexcept override {
    EXPECT_EQ(name, "tls");
    if (is_broken) return fail(Errc::io_failure);
    if (thing.size() <= into.size()) std::memcpy(into.data(), thing.data(), thing.size());
    return thing.size();
  }
  Result<void> remove(std::string_view) noexcept override { return {}; }

  std::string thing;
  int writes = 0;
  bool is_broken = false;
};

/// Its sessions are a text.
class Texts final : public net::Security {
 public:
  Result<net::Stream*> secure(net::Stream&, std::string_view, Instant) override {
    return fail(Errc::unsupported);
  }
  const net::SecurityReport& report() const noexcept override { return report_; }
  std::string_view failure() const noexcept override { return {}; }
  Result<std::size_t> export_sessions(MutableBytes into) noexcept override {
    if (text.size() > into.size()) return fail(Errc::too_large);
    std::memcpy(into.data(), text.data(), text.size());
    return text.size();
  }
  Result<void> import_sessions(Bytes from) noexcept override {
    if (as_text(from) == "other") return fail(Errc::invalid_argument);
    text = as_text(from);
    return {};
  }
  std::uint32_t sessions_revision() const noexcept override { return revision; }
  void has(std::string session) {
    text = std::move(session);
    ++revision;
  }

  std::string text;
  std::uint32_t revision = 0;

 private:
  net::SecurityReport report_;
};

struct SessionResumption : testing::Test {
  bool keeps() { return resumption.is_due(now) && resumption.keep(now).value_or(false); }

  Texts security;
  OneThing store;
  std::array<std::byte, 16> room;
  Resumption resumption{&security, &store, room};
  Instant now{1000s};
};

TEST_F(SessionResumption, WhatAFullHandshakeGaveIsKeptAtOnceAndTakenUpAgain) {
  EXPECT_EQ(resumption.restore(), false);
  EXPECT_FALSE(resumption.is_due(now));
  resumption.secured(false);
  EXPECT_FALSE(resumption.is_due(now));  // it comes with the first data, or later
  security.has("first");
  EXPECT_TRUE(keeps());
  EXPECT_EQ(store.thing, "first");
  EXPECT_FALSE(resumption.is_due(now));

  Texts woken;
  Resumption again{&woken, &store, room};
  EXPECT_EQ(again.restore(), true);
  EXPECT_EQ(woken.text, "first");
}

TEST_F(SessionResumption, WhatAResumedOneGaveWaitsForAnHourOrTheEnd) {
  resumption.secured(false);
  security.has("first");
  ASSERT_TRUE(keeps());
  for (int i = 0; i < 100; ++i) {
    resumption.secured(true);
    security.has("ticket " + std::to_string(i));
    EXPECT_FALSE(keeps());
    now += 30s;
  }
  EXPECT_EQ(store.writes, 1);
  now += 10min;
  EXPECT_TRUE(keeps());
  EXPECT_EQ(store.thing, "ticket 99");
  security.has("last");
  EXPECT_FALSE(keeps());
  EXPECT_EQ(resumption.keep_last(now), true);
  EXPECT_EQ(store.thing, "last");
  EXPECT_EQ(resumption.keep_last(now), false);
  // After another full one, at once.
  resumption.secured(false);
  security.has("anew");
  EXPECT_TRUE(keeps());
}

TEST_F(SessionResumption, TheSameIsNotWrittenAgain) {
  resumption.secured(false);
  security.has("same");
  ASSERT_TRUE(keeps());
  security.has("same");
  EXPECT_EQ(resumption.keep_last(now), false);
  EXPECT_EQ(store.writes, 1);
}

TEST_F(SessionResumption, WhatIsOfNoUseIsReplaced) {
  for (const std::string_view thing : {"other", "longer than there is room for"}) {
    store.thing = thing;
    EXPECT_EQ(resumption.restore().error(), Errc::invalid_argument);
  }
  resumption.secured(false);
  security.has("new");
  EXPECT_TRUE(keeps());
  EXPECT_EQ(store.thing, "new");
}

TEST_F(SessionResumption, AStoreThatFailsIsNotAskedAtEachTurn) {
  store.is_broken = true;
  EXPECT_EQ(resumption.restore().error(), Errc::io_failure);
  resumption.secured(false);
  security.has("first");
  ASSERT_TRUE(resumption.is_due(now));
  EXPECT_EQ(resumption.keep(now).error(), Errc::io_failure);
  EXPECT_FALSE(resumption.is_due(now));
  store.is_broken = false;
  security.has("second");
  EXPECT_FALSE(resumption.is_due(now + 59min));
  EXPECT_TRUE(resumption.is_due(now + 1h));
  security.has("more than there is room for");
  EXPECT_EQ(resumption.keep(now + 1h).error(), Errc::too_large);
}

TEST_F(SessionResumption, WithoutAllThreeNothingHappens) {
  Resumption none[] = {{nullptr, &store, room}, {&security, nullptr, room}, {&security, &store, {}}};
  for (Resumption& each : none) {
    EXPECT_EQ(each.restore(), false);
    each.secured(false);
    security.has("x");
    EXPECT_FALSE(each.is_due(now));
    EXPECT_EQ(each.keep_last(now), false);
  }
  EXPECT_EQ(store.writes, 0);
}

}  // namespace
}  // namespace linnet::session
