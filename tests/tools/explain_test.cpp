// SPDX-License-Identifier: Apache-2.0
// Failures in words: every error has a sentence at every stage, with the URL in it and without its secrets.
#include "tools/client/explain.hpp"

#include <gtest/gtest.h>

#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

using session::Stage;

TEST(Explain, EveryErrorAtEveryStage) {
  const Circumstances about{
      .url = "ws://user:pass@host.example:81/x?token=abc", .timeout = 2s, .max_message = 7};
  for (const Stage stage : {Stage::idle, Stage::connecting, Stage::handshake, Stage::open}) {
    for (unsigned fault = 0; fault < 5; ++fault) {
      for (unsigned number = 0; number < 13; ++number) {
        const Error error{static_cast<Errc>(fault << 8 | number), 0};
        const std::string text = explain({.stage = stage, .error = error}, about);
        EXPECT_TRUE(text.starts_with("ws://***@host.example:81/x?token=***: ")) << text;
        EXPECT_TRUE(text.find("pass") == std::string_view::npos && text.find("abc") == std::string_view::npos)
            << text;
      }
    }
  }
}

TEST(Explain, TellsWhatToTry) {
  const Circumstances about{.url = "ws://[::1]:9/", .timeout = 500ms};
  const auto words = [&](Stage stage, Error error) {
    return explain({.stage = stage, .error = error}, about);
  };
  EXPECT_EQ(words(Stage::connecting, Errc::connection_refused),
            "ws://[::1]:9/: connection refused: is a server listening on [::1]:9?");
  EXPECT_TRUE(words(Stage::connecting, Errc::connect_timeout).find("within 0.5 s") != std::string::npos);
  EXPECT_TRUE(words(Stage::handshake, Errc::handshake_timeout).find("within 0.5 s") != std::string::npos);
  EXPECT_TRUE(words(Stage::handshake, {Errc::handshake_refused, 401}).find("credentials") !=
              std::string::npos);
  EXPECT_TRUE(words(Stage::handshake, {Errc::handshake_refused, 418}).ends_with("status 418"));
  EXPECT_TRUE(words(Stage::open, Errc::protocol_violation).find("1002") != std::string::npos);
}

TEST(Explain, CloseCodesInWords) {
  EXPECT_EQ(in_words(ws::CloseCode::normal), "1000 (normal closure)");
  EXPECT_EQ(in_words(ws::CloseCode{4321}), "4321");
}

TEST(Text, ForPeople) {
  EXPECT_EQ(in_seconds(30s), "30 s");
  EXPECT_EQ(in_seconds(250ms), "0.25 s");
  EXPECT_EQ(in_seconds(0s), "0 s");
  EXPECT_EQ(printable("a\nb\r\t\x1b[1m\x7f", 100), "a\\nb\\r\\t\\x1b[1m\\x7f");
  EXPECT_EQ(printable("grüße", 3), "gr…");  // not inside a character
  EXPECT_EQ(printable("grüße", 4), "grü…");
  EXPECT_EQ(printable("", 0), "");
  EXPECT_EQ(concat("a", 1, std::string{"b"}, -2), "a1b-2");
}

}  // namespace
}  // namespace linnet::tools
