// SPDX-License-Identifier: Apache-2.0
// The journal in real files: what another process finds, locks, files that are something else, a full disk.
#include "port/linux/file_store.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

namespace linnet::port::linux {
namespace {

using Condition = session::Journal::Condition;

class PortFileStore : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/linnet-store-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder_ = name;
    name_ = folder_ / "outbox";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<FileStore> open(Condition expected, std::uint32_t area_size = 4096) {
    auto store = std::make_unique<FileStore>(name_.string(), FileStore::Options{.area_size = area_size});
    const auto recovery = store->open();
    EXPECT_TRUE(recovery) << recovery.error();
    if (recovery) {
      EXPECT_EQ(recovery->condition, expected) << describe(*recovery);
      messages_ = recovery->messages;
      told_ = describe(*recovery);
    }
    return store;
  }
  std::string refusal() {
    FileStore store{name_.string()};
    const auto recovery = store.open();
    return recovery ? "opened" : recovery.error();
  }
  static void add(FileStore& store, std::string_view text) {
    ASSERT_TRUE(store.store().append({}, as_bytes(text)));
    ASSERT_TRUE(store.store().commit());
  }
  static std::string all(FileStore& store) {
    std::string text;
    std::array<std::byte, 2048> buffer;
    session::Journal& journal = store.store();
    for (auto each = journal.next(0); each != 0; each = journal.next(each)) {
      const auto size = journal.read(each, buffer);
      text += (text.empty() ? "" : " ") + std::string{as_text(Bytes{buffer}.first(size.value_or(0)))};
    }
    return text;
  }

  std::filesystem::path folder_;
  std::filesystem::path name_;
  std::size_t messages_ = 0;
  std::string told_;
};

TEST_F(PortFileStore, KeepsMessagesAndThings) {
  {
    const auto store = open(Condition::fresh);
    add(*store, "one");
    add(*store, "two");
    ASSERT_TRUE(store->store().put("ticket", as_bytes("secret")));
    ASSERT_TRUE(store->store().erase(1));
  }
  struct stat status{};
  ASSERT_EQ(::stat(name_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto store = open(Condition::clean);
  EXPECT_EQ(told_, "clean: 1 message was kept");
  EXPECT_EQ(all(*store), "two");
  std::array<std::byte, 16> ticket;
  EXPECT_EQ(store->store().get("ticket", ticket), 6u);
}

TEST_F(PortFileStore, IsWrittenAnewWhenItIsFull) {
  {
    const auto store = open(Condition::fresh, 1024);
    add(*store, "stays");
    for (int i = 0; i < 200; ++i) {
      const auto number = store->store().append({}, as_bytes("comes and goes"));
      ASSERT_TRUE(number);
      ASSERT_TRUE(store->store().commit());
      ASSERT_TRUE(store->store().erase(*number));
    }
    EXPECT_GT(store->store().stats().compactions, 5u);
    EXPECT_LE(std::filesystem::file_size(name_), 1024u);
    EXPECT_FALSE(std::filesystem::exists(name_.string() + ".next"));
  }
  EXPECT_EQ(all(*open(Condition::clean, 1024)), "stays");
}

// A process that is killed between two steps of a move: each of these leaves something else behind.
TEST_F(PortFileStore, TheSuccessorCountsOnlyWhenItIsWhole) {
  {
    const auto store = open(Condition::fresh);
    add(*store, "one");
  }
  const std::string next = name_.string() + ".next";
  std::filesystem::copy_file(name_, next);
  std::filesystem::resize_file(next, 20);  // its header is not whole
  EXPECT_EQ(all(*open(Condition::clean)), "one");
  EXPECT_FALSE(std::filesystem::exists(next));
}

TEST_F(PortFileStore, KilledAtAnyMomentItHasWhatWasCommitted) {
  for (int round = 0; round < 5; ++round) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {  // writes as fast as it can, and says what is safe
      FileStore store{name_.string(), {.area_size = 1024}};
      if (!store.open()) ::_exit(1);
      for (std::uint32_t i = 1;; ++i) {
        const std::string text = std::to_string(i);
        const auto number = store.store().append({}, as_bytes(text));
        if (!number || !store.store().commit()) ::_exit(2);
        if (::write(pipe[1], &i, sizeof i) != sizeof i) ::_exit(3);
        const auto first = store.store().next(0);
        if (first != *number && i > 5 && !store.store().erase(first)) ::_exit(4);
      }
    }
    ::close(pipe[1]);
    std::uint32_t last = 0;
    const int most = 5 + round * 9;
    for (int i = 0; i < most; ++i) {
      if (::read(pipe[0], &last, sizeof last) != sizeof last) break;
    }
    ::kill(child, SIGKILL);
    while (::read(pipe[0], &last, sizeof last) == sizeof last) {
    }
    ::close(pipe[0]);
    ::waitpid(child, nullptr, 0);
    FileStore store{name_.string(), {.area_size = 1024}};
    const auto recovery = store.open();
    ASSERT_TRUE(recovery) << recovery.error();
    EXPECT_NE(recovery->condition, Condition::damaged);
    EXPECT_NE((" " + all(store) + " ").find(" " + std::to_string(last) + " "), std::string::npos) << last;
    ASSERT_TRUE(store.store().format());
  }
}

TEST_F(PortFileStore, TwoProgramsDoNotShareAFile) {
  const auto store = open(Condition::fresh);
  EXPECT_EQ(refusal(), name_.string() + " is in use by another program: each needs a file of its own");
  for (int i = 0; i < 100; ++i) {
    add(*store, "x");
    ASSERT_TRUE(store->store().erase(store->store().next(0)));
  }
  EXPECT_NE(refusal().find("in use"), std::string::npos);  // also after it was renamed
}

TEST_F(PortFileStore, OtherFilesAreLeftAlone) {
  std::ofstream{name_} << "hello\n";
  EXPECT_EQ(refusal(),
            name_.string() +
                " is something else than an outbox, and was left alone: name another file, or move it away");
  EXPECT_EQ(std::filesystem::file_size(name_), 6u);
  std::filesystem::remove(name_);
  std::filesystem::create_directory(name_);
  EXPECT_EQ(refusal(), name_.string() + " is no regular file");
  name_ = folder_ / "missing" / "outbox";
  EXPECT_EQ(refusal(), name_.string() + ": No such file or directory");
}

TEST_F(PortFileStore, ADamagedFileKeepsWhatIsGoodAndSaysSo) {
  {
    const auto store = open(Condition::fresh);
    for (const char* text : {"one", "two", "three"}) add(*store, text);
  }
  std::fstream file{name_, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(32 + 19 + 17);
  file.put('X');
  file.close();
  const auto store = open(Condition::damaged);
  EXPECT_EQ(told_, "damaged: 19 bytes at 51 could not be read; 2 messages were kept");
  EXPECT_EQ(all(*store), "one three");
}

TEST_F(PortFileStore, AFullDiskIsAnAnswerAndLosesNothing) {
  const pid_t child = ::fork();  // the limit is the process's own
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    FileStore store{name_.string()};
    if (!store.open()) ::_exit(1);
    const rlimit limit{.rlim_cur = 600, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int fitted = 0;
    while (store.store().append({}, as_bytes("a message of twenty.")) && store.store().commit()) ++fitted;
    if (fitted != 15) ::_exit(2);
    const auto full = store.store().append({}, as_bytes("another one of twenty"));
    if (full || full.error() != Error{Errc::io_failure, EFBIG}) ::_exit(3);
    // What goes makes room.
    if (!store.store().erase(1) || !store.store().erase(2)) ::_exit(4);
    ::_exit(store.store().append({}, as_bytes("another one of twenty")) && store.store().commit() ? 0 : 5);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  const auto store = open(Condition::clean);
  EXPECT_EQ(messages_, 14u);
}

}  // namespace
}  // namespace linnet::port::linux
