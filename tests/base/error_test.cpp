// SPDX-License-Identifier: Apache-2.0
#include "linnet/base/error.hpp"

#include <gtest/gtest.h>

namespace linnet {
namespace {

TEST(Error, TellsWhoseFaultItIs) {
  EXPECT_EQ(fault(Errc::bad_state), Fault::misuse);
  EXPECT_EQ(fault(Errc::would_block), Fault::capacity);
  EXPECT_EQ(fault(Errc::invalid_utf8), Fault::peer);
  EXPECT_EQ(fault(Errc::connection_reset), Fault::transport);
  EXPECT_EQ(fault(Errc::close_timeout), Fault::timeout);
}

TEST(Error, HasAText) {
  EXPECT_EQ(describe(Errc::connection_refused), "connection refused");
  EXPECT_EQ(describe(Fault::peer), "peer");
}

}  // namespace
}  // namespace linnet
