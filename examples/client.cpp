// SPDX-License-Identifier: Apache-2.0
// The smallest client: says hello and prints what it hears.   build/host/example_client
// ws://127.0.0.1:8080/echo
#include <cstdio>

#include "linnet/session/conversation_memory.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/tcp_link.hpp"

int main(int count, char** arguments) {
  using linnet::session::ConversationEvent, linnet::session::Stage;
  linnet::port::linux::Poller poller;
  linnet::port::linux::Resolver resolver{poller};
  linnet::port::linux::TcpLink link{poller, resolver};
  linnet::port::linux::Entropy entropy;
  static linnet::session::ConversationMemory<> memory;

  linnet::session::Conversation conversation{
      {.url = count > 1 ? arguments[1] : "ws://127.0.0.1:8080/echo"}, link, entropy, memory};
  while (conversation.stage() != Stage::over) {
    const auto event =
        conversation.wait();  // sleeps until something is due; `poll(now)` is the same without sleeping
    if (!event) continue;
    switch (event->kind) {
      case ConversationEvent::Kind::opened: (void)conversation.send_text(R"({"hello":"world"})"); break;
      case ConversationEvent::Kind::message:
        std::printf("%.*s\n", static_cast<int>(event->text().size()), event->text().data());
        break;
      default: break;
    }
  }
  if (conversation.failure()) std::puts(describe(conversation.failure()->error.code).data());
}
