// SPDX-License-Identifier: Apache-2.0
// What of this port does not need a chip, at work: for ESP-IDF's `linux` target, against `linnet serve`,
// which is restarted meanwhile (../check does that). A session in a task of its own; another task sends; an
// event that must be delivered waits in NVS while the server is away; then a flush, and an end in good order.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "linnet/session/session.hpp"
#include "linnet/tls/client.hpp"
#include "port/esp_idf/clock.hpp"
#include "port/esp_idf/entropy.hpp"
#include "port/esp_idf/log.hpp"
#include "port/esp_idf/nvs_store.hpp"
#include "port/esp_idf/settings.hpp"
#include "port/esp_idf/sizes.hpp"
#include "port/esp_idf/socket_link.hpp"
#include "port/esp_idf/task.hpp"

using namespace linnet;
namespace esp_idf = linnet::port::esp_idf;

namespace {

constexpr unsigned kPosts = 10;  // of the other task
constexpr std::string_view kPosted = "posted";
constexpr std::string_view kShort = "hello from FreeRTOS";
constexpr std::string_view kEvent = "door";  // the one that must be delivered
constexpr Duration kPatience = 60s;

esp_idf::Poller poller;
esp_idf::SocketLink link{poller};
esp_idf::Entropy entropy;
esp_idf::EspLog event_log;
esp_idf::NvsStore store{"test"};
session::Memory<esp_idf::kSizes> memory;
session::Session* shared = nullptr;
std::array<char, 800> long_text;
std::array<char, 8192> authorities;

void require(bool holds, const char* what) {
  std::printf("%s: %s\n", holds ? "ok" : "FAILED", what);
  std::fflush(stdout);
  if (!holds) std::exit(1);
}

/// In a task of its own: sends while the session's task sleeps.
void post(void* /*argument*/) {
  for (unsigned i = 0; i < kPosts; ++i) {
    while (!shared->send_text(kPosted)) ::vTaskDelay(1);
    ::vTaskDelay(1);
  }
}

class Talk {
 public:
  explicit Talk(session::Session& session) noexcept : session_{session} {}

  /// To the end, or of the program.
  void run() {
    const Instant limit = esp_idf::now() + kPatience;
    while (!is_over_ && esp_idf::now() < limit) {
      if (const auto event = session_.wait_until(limit)) handle(*event);
    }
    require(is_over_, "all of it within a minute");
  }

 private:
  using Event = session::Event;

  void handle(const Event& event) {
    switch (event.kind) {
      case Event::opened: return opened(event);
      case Event::message: return message(event.text());
      case Event::offline: return offline();
      case Event::connecting:
        if (event_) require(session_.outcome(event_) == session::Outcome::stored, "the event waits in NVS");
        return;
      case Event::flushed:
        require(event.backlog.empty(), "flushed: nothing is left");
        is_over_ = true;
        return;
      case Event::closed: return require(false, "the session goes on");
      default: return;
    }
  }

  void opened(const Event& event) {
    if (event.security != nullptr) require(event.security->verified, "the server's certificate is trusted");
    if (long_text[0] != '\0') return;  // it is the second time
    long_text.fill('x');
    require(session_.send_text(kShort).has_value(), "a text is taken");
    require(session_.send_text({long_text.data(), long_text.size()}).has_value(), "a long one too");
    require(session_.send_text("Trigger async").has_value(), "and one that the server answers later");
    require(esp_idf::start_task("post", &post).has_value(), "a second task sends");
  }

  void message(std::string_view echo) {
    if (event_ && echo == kEvent) return acknowledged();
    posted_ += echo == kPosted ? 1 : 0;
    others_ += echo == kShort || echo == "Async data" ? 1 : 0;
    others_ += echo == std::string_view{long_text.data(), long_text.size()} ? 1 : 0;
    if (posted_ != kPosts || others_ != 3) return;
    require(true, "all echoes are right");
    std::puts("restart the server");
    std::fflush(stdout);
  }

  void offline() {
    if (event_) return;
    require(posted_ == kPosts && others_ == 3, "the connection lasts as long as the server");
    const auto sent = session_.send({.payload = as_bytes(kEvent), .policy = session::Policy::must_deliver});
    require(sent.has_value(), "an event is taken while there is no connection");
    event_ = *sent;
  }

  void acknowledged() {
    require(store.next(0) != 0, "the event was in NVS until it came back");
    require(session_.acknowledge(event_), "it is acknowledged");
    session_.flush(esp_idf::now() + 5s);
  }

  session::Session& session_;
  session::MessageId event_;
  unsigned posted_ = 0;
  unsigned others_ = 0;
  bool is_over_ = false;
};

void run(void* /*argument*/) {
  static tls::Client tls{{.authorities = tls::pem(authorities.data())}, entropy};
  static session::Session session{{.url = std::getenv("LINNET_URL"),
                                   .links = {&link},
                                   .security = &tls,
                                   .outbox = {.acknowledged = true},
                                   .store = &store,
                                   .log = &event_log},
                                  entropy,
                                  memory};
  shared = &session;
  Talk{session}.run();
  session.request_stop();
  require(store.next(0) == 0, "NVS has no event left");
  require(session.wait_stopped(esp_idf::now() + 5s), "closed in good order");
  require(session.stats().connects == 2, "two connections");
  std::puts("passed");
  std::exit(0);
}

/// Stored, read back after it was closed, and removed.
void check_settings() {
  std::array<char, 32> buffer;
  require(esp_idf::Settings::start().has_value(), "NVS is ready");
  require(esp_idf::Settings{"settings"}.set_text("name", "door 7").has_value(), "a setting is stored");
  require(esp_idf::Settings{"settings"}.text("name", "none", buffer) == "door 7", "and read");
  require(esp_idf::Settings{"settings"}.remove("name").has_value(), "and removed");
  require(esp_idf::Settings{"settings"}.text("name", "none", buffer) == "none", "and gone");
}

}  // namespace

/// LINNET_URL: of a path that echoes. LINNET_CA: a file with the server's authority (PEM), for wss://.
extern "C" void app_main() {
  require(std::getenv("LINNET_URL") != nullptr, "LINNET_URL names the server");
  if (const char* path = std::getenv("LINNET_CA"); path != nullptr) {
    std::FILE* file = std::fopen(path, "r");
    require(file != nullptr && std::fread(authorities.data(), 1, authorities.size() - 1, file) > 0, path);
    std::fclose(file);
  }
  check_settings();
  require(store.open().has_value(), "the outbox in NVS is open");
  require(esp_idf::start_task("session", &run).has_value(), "the session's task has begun");
}
