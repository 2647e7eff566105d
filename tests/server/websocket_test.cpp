// SPDX-License-Identifier: Apache-2.0
// WebSocket peers on the server: the handshake, messages in every cut, re-entrance of handlers, closing.
#include "support/server_fixture.hpp"
#include "support/splits.hpp"

namespace linnet::test {
namespace {

using Log = std::vector<std::string>;

struct WebSocket : testing::Test, Fixture {
  WebSocket() { EXPECT_TRUE(server.websocket("/echo", echo)); }
  Echo echo;
};

TEST_F(WebSocket, AnIdlePeerIsSmall) {
  EXPECT_LE(sizeof(server::Slot), 192u);
  RecordProperty("slot_bytes", static_cast<int>(sizeof(server::Slot)));
  open();
  open();
  EXPECT_EQ(server.memory().buffered, 0u) << "no idle peer holds a buffer";
}

TEST_F(WebSocket, TheHandshakeProvesItself) {
  std::string answer;
  connect(upgrade_request("/echo"), answer);
  EXPECT_EQ(answer,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
  EXPECT_EQ(server.statistics().websocket_open, 1u);
  EXPECT_EQ(server.statistics().http_open, 0u);
}

TEST_F(WebSocket, FramesRightBehindTheRequestCount) {
  const std::string input = upgrade_request("/echo") + to_server(kText, "one") +
                            to_server(kPing, "are you there") + to_server(kBinary, std::string(70'000, 'b')) +
                            to_server(kClose, close_payload(1000, "bye"));
  std::string expected;
  for_each_split(input, [&](const Chunks& chunks) {
    auto& client = network.connect();
    const bool coarse = chunks.size() > 10'000;  // byte by byte: let the middle of the long one come at once
    std::size_t i = 0;
    std::string answer;
    for (const std::string& chunk : chunks) {
      EXPECT_TRUE(client.send(chunk));
      if (!coarse || i < 400 || i % 97 == 0) settle();
      ++i;
    }
    settle();
    answer = client.receive();
    if (expected.empty()) expected = answer;
    EXPECT_TRUE(answer == expected);
    EXPECT_TRUE(client.ended);
  });
  take_head(expected);
  const auto frames = read_frames(ws::Role::server, expected);
  ASSERT_EQ(frames.size(), 4u);
  EXPECT_EQ(frames[0].payload, "one");
  EXPECT_EQ(frames[1].opcode, kPong);
  EXPECT_EQ(frames[1].payload, "are you there");
  EXPECT_EQ(frames[2].payload.size(), 70'000u);
  EXPECT_EQ(frames[3].close_code(), 1000u);
  EXPECT_EQ(server.memory().buffered, 0u);
  EXPECT_EQ(server.statistics().websocket_open, 0u);
}

TEST_F(WebSocket, AssemblesMessagesOfAnyLength) {
  auto& client = open();
  for (const std::size_t size : {0u, 1u, 125u, 126u, 65'535u, 65'536u, 300'000u}) {
    const std::string text(size, 't');
    EXPECT_TRUE(client.send(to_server(kText, text)));
    settle();
    const auto got = frames(client);
    ASSERT_EQ(got.size(), 1u) << size;
    EXPECT_TRUE(got[0].payload == text && got[0].opcode == kText) << size;
  }
  EXPECT_TRUE(client.send(fragment_to(ws::Role::server, kText, "a") +
                          fragment_to(ws::Role::server, kContinuation, std::string(5000, 'b')) +
                          to_server(kPing, "p") + to_server(kContinuation, "c")));
  settle();
  const auto got = frames(client);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].opcode, kPong);
  EXPECT_EQ(got[1].payload, "a" + std::string(5000, 'b') + "c");
  EXPECT_EQ(server.memory().buffered, 0u);
}

TEST_F(WebSocket, DeliversPiecesAsTheyComeOnRequest) {
  Recorder pieces;
  std::vector<std::uint64_t> announced;
  pieces.on_message = [&](server::Peer&, const ws::Event& event) { announced.push_back(event.announced); };
  EXPECT_TRUE(server.websocket("/pieces", pieces, {.pieces = true}));
  auto& client = open("/pieces");
  const std::string message = to_server(kText, "0123456789");
  EXPECT_TRUE(client.send(message.substr(0, 10)));
  settle();
  EXPECT_TRUE(client.send(message.substr(10)));
  settle();
  EXPECT_EQ(pieces.log, (Log{"opened /pieces", "0123", "456789"}));
  EXPECT_EQ(announced, (std::vector<std::uint64_t>{6, 0}));
}

TEST_F(WebSocket, ViolationsAreAnsweredAndTheEndIsWaitedFor) {
  struct Case {
    std::string bytes;
    unsigned code;
  };
  const std::vector<Case> cases{
      {frame_to(ws::Role::server, kText, "x", {.mask_wrongly = true}), 1002},
      {to_server(kText, "\xff"), 1007},
      {frame_to(ws::Role::server, kBinary, "", {.announced = 1ull << 40}), 1009},
      {frame_to(ws::Role::server, 3, ""), 1002},
  };
  for (const Case& each : cases) {
    auto& client = open();
    EXPECT_TRUE(client.send(each.bytes + to_server(kText, "not parsed")));
    settle();
    const auto got = frames(client);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].close_code(), each.code);
    EXPECT_TRUE(client.ended) << "our side is shut";
    EXPECT_EQ(server.statistics().websocket_open, 1u) << "and the peer's end awaited";
    client.close();
    settle();
    EXPECT_EQ(server.statistics().websocket_open, 0u);
  }
  EXPECT_EQ(server.statistics().drop(server::Drop::violation), cases.size());
}

TEST_F(WebSocket, ControlFramesAreDeliveredOnRequest) {
  Recorder all;
  EXPECT_TRUE(server.websocket("/all", all, {.control_frames = true}));
  auto& client = open("/all");
  EXPECT_TRUE(client.send(to_server(kPing, "a") + to_server(kPong, "b") +
                          to_server(kClose, close_payload(4000, "c"))));
  settle();
  EXPECT_EQ(all.log,
            (Log{"opened /all", "control ping a", "control pong b", "control close c", "closed 4000 clean"}));
}

TEST_F(WebSocket, ASplitControlFrameSurvivesOtherPeers) {
  auto& slow = open();
  auto& fast = open();
  const std::string ping = to_server(kPing, "one and only");
  for (char byte : ping) {
    EXPECT_TRUE(slow.send({&byte, 1}));
    EXPECT_TRUE(fast.send(to_server(kPing, "another")));
    settle();
  }
  const auto got = frames(slow);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].payload, "one and only");
  EXPECT_EQ(frames(fast).size(), ping.size());
}

TEST_F(WebSocket, ChoosesTheSubprotocol) {
  Recorder speaker;
  EXPECT_TRUE(server.websocket("/sub", speaker, {.subprotocols = {"v1.status", "v2.status"}}));
  std::string answer;
  connect(upgrade_request("/sub", "Sec-WebSocket-Protocol: v9, v2.status\r\n"), answer);
  EXPECT_TRUE(has(answer, "Sec-WebSocket-Protocol: v2.status\r\n"));
  EXPECT_EQ(speaker.peers.at(0).subprotocol(), "v2.status");
  connect(upgrade_request("/sub", "Sec-WebSocket-Protocol: v9\r\n"), answer);
  EXPECT_FALSE(has(answer, "Sec-WebSocket-Protocol"));
  EXPECT_EQ(speaker.peers.at(1).subprotocol(), "");
}

TEST_F(WebSocket, ChecksTheOrigin) {
  Recorder pages;
  EXPECT_TRUE(server.websocket("/pages", pages, {.origins = {"https://example.com:8443"}}));
  std::string answer;
  connect(upgrade_request("/pages", "Origin: https://EXAMPLE.com:8443\r\n"), answer);
  EXPECT_TRUE(has(answer, " 101 "));
  connect(upgrade_request("/pages"), answer);
  EXPECT_TRUE(has(answer, " 101 ")) << "no page";
  connect(upgrade_request("/pages", "Origin: https://example.com\r\n"), answer);
  EXPECT_TRUE(has(answer, " 403 "));
  EXPECT_EQ(server.statistics().drop(server::Drop::handshake), 1u);
}

TEST_F(WebSocket, TheHookSeesTheRequestAndMayRefuse) {
  Recorder guarded;
  guarded.on_upgrade = [](const server::Request& request, server::Response& refusal) {
    EXPECT_EQ(request.capture, "42");
    EXPECT_EQ(request.query, "v=1");
    if (request.field("authorization") == "Bearer good") return true;
    refusal.refuse(401, "say who you are");
    refusal.field("WWW-Authenticate", "Bearer");
    return false;
  };
  EXPECT_TRUE(server.websocket("/device/:id", guarded));
  std::string answer;
  connect(upgrade_request("/device/42?v=1", "Authorization: Bearer bad\r\n"), answer);
  EXPECT_TRUE(has(answer, " 401 ") && has(answer, "WWW-Authenticate: Bearer\r\n")) << answer;
  connect(upgrade_request("/device/42?v=1", "Authorization: Bearer good\r\n"), answer);
  EXPECT_TRUE(has(answer, " 101 "));
  connect(upgrade_request("/device/?v=1"), answer);
  EXPECT_TRUE(has(answer, " 404 "));
}

TEST_F(WebSocket, RefusesHandshakesThatAreNone) {
  std::string answer;
  std::string request = upgrade_request("/echo");
  request.replace(request.find("13\r\n"), 2, "12");
  connect(request, answer);
  EXPECT_TRUE(has(answer, " 426 ") && has(answer, "Sec-WebSocket-Version: 13\r\n"));
  request = upgrade_request("/echo");
  request.replace(request.find("dGhl"), 4, "dG==");
  connect(request, answer);
  EXPECT_TRUE(has(answer, " 400 "));
  EXPECT_EQ(server.statistics().upgraded, 0u);
}

TEST_F(WebSocket, WhatOpenedSendsLeavesWithTheAnswer) {
  Recorder greeter;
  greeter.on_opened = [](server::Peer& peer, const server::Request&) {
    EXPECT_TRUE(peer.send_text("welcome"));
    EXPECT_TRUE(peer.send_text(std::string(200'000, 'w')));
  };
  EXPECT_TRUE(server.websocket("/greet", greeter));
  for (const std::size_t ring : {1u << 20, 64u, 129u, 140u}) {
    auto& client = network.connect(1 << 16, ring);
    EXPECT_TRUE(client.send(upgrade_request("/greet")));
    std::string answer;
    for (int i = 0; i < 4000; ++i) {
      settle();
      answer += client.receive();
    }
    EXPECT_TRUE(has(take_head(answer), " 101 "));
    const auto got = read_frames(ws::Role::server, answer);
    ASSERT_EQ(got.size(), 2u) << ring;
    EXPECT_EQ(got[0].payload, "welcome");
    EXPECT_EQ(got[1].payload.size(), 200'000u);
  }
}

TEST_F(WebSocket, CloseIsBetweenEqualsAndBounded) {
  auto& client = open();
  server::Peer peer = echo.peers.at(0);
  EXPECT_FALSE(peer.close(static_cast<ws::CloseCode>(1005 + 1)));
  EXPECT_TRUE(peer.close(ws::CloseCode::normal, "done"));
  EXPECT_FALSE(peer.is_open());
  EXPECT_EQ(peer.send_text("late").error(), Errc::bad_state);
  EXPECT_EQ(peer.close().error(), Errc::bad_state);
  settle();
  const auto got = frames(client);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].close_code(), 1000u);
  EXPECT_TRUE(
      client.send(to_server(kText, "not delivered any more") + to_server(kClose, close_payload(1000))));
  settle();
  EXPECT_EQ(echo.log, (Log{"opened /echo", "closed 1000 clean"}));
  EXPECT_TRUE(client.receive().empty() && client.ended);

  open();
  EXPECT_TRUE(echo.peers.at(1).close());
  advance(6s);  // no answer
  EXPECT_EQ(echo.last_error, Error{Errc::close_timeout});
  EXPECT_EQ(server.statistics().websocket_open, 0u);
}

TEST_F(WebSocket, HandlersMayDoAnythingToAnybody) {
  auto& a = open();
  auto& b = open();
  auto& c = open();
  echo.on_message = [this](server::Peer& peer, const ws::Event& event) {
    if (event.text() == "close me") {
      EXPECT_TRUE(peer.send_text("first"));
      EXPECT_TRUE(peer.close());
      EXPECT_FALSE(peer.send_text("second"));
    } else if (event.text() == "abort all") {
      for (server::Peer each : echo.peers) each.abort();
    } else if (event.text() == "tell all") {
      EXPECT_EQ(server.broadcast(server::Target::all(), ws::MessageType::text, as_bytes("all")), 2u);
      EXPECT_TRUE(peer.send_text("and you"));
      server.turn(kNever);  // no effect in here
    }
  };
  std::size_t closed = 0;
  echo.on_closed = [&](server::Peer& peer) {
    ++closed;
    EXPECT_EQ(peer.send_text("x").error(), Errc::bad_state);
    for (server::Peer each : echo.peers) (void)each.close(ws::CloseCode::going_away);
  };
  EXPECT_TRUE(a.send(to_server(kText, "close me") + to_server(kText, "unheard") + to_server(kClose)));
  settle();
  auto got = frames(a);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].payload, "first");
  EXPECT_EQ(got[1].close_code(), 1000u);
  EXPECT_EQ(closed, 1u);
  EXPECT_EQ(frames(b).at(0).close_code(), 1001u) << "closed by closed()";
  EXPECT_TRUE(b.send(to_server(kClose)) && c.send(to_server(kClose)));
  settle();
  EXPECT_EQ(closed, 3u);

  echo.peers.clear();
  echo.on_closed = nullptr;
  auto& d = open();
  auto& e = open();
  EXPECT_TRUE(d.send(to_server(kText, "tell all")));
  settle();
  got = frames(d);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].payload + got[1].payload, "alland you");
  EXPECT_EQ(frames(e).at(0).payload, "all");
  EXPECT_TRUE(e.send(to_server(kText, "abort all") + to_server(kText, "unheard")));
  settle();
  EXPECT_TRUE(d.receive().empty() && d.ended && e.receive().empty() && e.ended);
  EXPECT_EQ(server.statistics().websocket_open, 0u);
}

TEST_F(WebSocket, AnIdOutlivesItsPeer) {
  auto& client = open();
  const server::PeerId id = echo.peers.at(0).id();
  EXPECT_TRUE(server.find(id).is_open());
  client.close();
  settle();
  EXPECT_FALSE(server.find(id).is_open());
  for (int i = 0; i < 200; ++i) {
    open().close();
    settle();
    EXPECT_FALSE(server.find(id).is_open());
    EXPECT_FALSE(echo.peers.at(0).is_open());
    EXPECT_EQ(server.find(id).send_text("x").error(), Errc::bad_state);
  }
  EXPECT_FALSE(server.find({}).is_open());
}

TEST_F(WebSocket, PingsTheQuietAndDropsTheDead) {
  server::Config config;
  config.peer_statistics = true;
  Fixture timed{config};
  Recorder handler;
  EXPECT_TRUE(timed.server.websocket("/t", handler));
  auto& client = timed.open("/t");
  timed.advance(21s);
  auto got = timed.frames(client);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].opcode, kPing);
  timed.network.time += 30ms;
  EXPECT_TRUE(client.send(to_server(kPong, got[0].payload)));
  timed.settle();
  EXPECT_GT(handler.peers.at(0).statistics()->round_trip, 30ms);
  timed.advance(52s);
  EXPECT_EQ(handler.last_error, Error{Errc::liveness_timeout});
  EXPECT_EQ(timed.server.statistics().drop(server::Drop::liveness), 1u);
  EXPECT_TRUE(client.receive().size() > 0 && client.ended);
}

TEST_F(WebSocket, IdleTurnsAreFew) {
  for (int i = 0; i < 100; ++i) {
    open();
    network.time += 37ms;
  }
  settle();
  const std::size_t before = network.waits;
  // 3.7 s of deadlines, one look in 100 ms at most, and each look costs two waits here.
  advance(24s);
  EXPECT_LE(network.waits - before, 2u * 2u * 40u + 20u);
}

TEST_F(WebSocket, SendsInFragments) {
  Recorder cutter;
  EXPECT_TRUE(server.websocket("/cut", cutter, {.connection = {.fragment_size = 1000}}));
  auto& client = open("/cut");
  server::Peer peer = cutter.peers.at(0);
  const std::string text(100'500, 'f');
  EXPECT_TRUE(peer.send_text(text));
  EXPECT_TRUE(peer.send_part(ws::MessageType::binary, as_bytes("by "), false));
  EXPECT_EQ(peer.send_text("between").error(), Errc::message_in_progress);
  EXPECT_EQ(server.broadcast(server::Target::all(), ws::MessageType::text, as_bytes("between")), 0u);
  EXPECT_TRUE(peer.ping(as_bytes("may")));
  EXPECT_TRUE(peer.send_part(ws::MessageType::binary, as_bytes("hand"), true));
  settle();
  const auto got = frames(client);
  ASSERT_EQ(got.size(), 101u + 3u);
  std::string joined;
  for (std::size_t i = 0; i < 101; ++i) {
    EXPECT_EQ(got[i].opcode, i == 0 ? kText : kContinuation);
    EXPECT_EQ(got[i].fin, i == 100);
    joined += got[i].payload;
  }
  EXPECT_TRUE(joined == text);
  EXPECT_EQ(got[101].payload + got[102].payload + got[103].payload, "by mayhand");
}

TEST_F(WebSocket, StopTellsEverybodyAndEnds) {
  auto& polite = open();
  auto& rude = open();
  std::string answer;
  auto& half = network.connect();
  EXPECT_TRUE(half.send("GET /ec"));
  settle();
  server.stop(2s);
  server.stop(3s);
  settle();
  EXPECT_EQ(frames(polite).at(0).close_code(), 1001u);
  EXPECT_EQ(frames(rude).at(0).close_code(), 1001u);
  EXPECT_FALSE(network.listening);
  EXPECT_TRUE(half.receive().empty() && half.ended);
  EXPECT_TRUE(polite.send(to_server(kClose, close_payload(1001))));
  settle();
  EXPECT_FALSE(server.is_stopped());
  EXPECT_EQ(server.statistics().websocket_open, 1u);
  advance(3s);
  EXPECT_TRUE(server.is_stopped());
  EXPECT_EQ(server.statistics().websocket_open, 0u);
  server.run();  // returns at once
}

TEST_F(WebSocket, StopInsideAHandler) {
  echo.on_message = [this](server::Peer&, const ws::Event&) { server.stop(1s); };
  auto& client = open();
  EXPECT_TRUE(client.send(to_server(kText, "stop") + to_server(kClose)));
  settle();
  advance(1s);
  EXPECT_TRUE(server.is_stopped());
}

TEST_F(WebSocket, NothingIsAllocatedForMessages) {
  echo.logs_messages = false;
  echo.on_message = [](server::Peer& peer, const ws::Event& event) {
    (void)peer.send(event.type, event.payload);
  };
  auto& client = open();
  std::string batch;
  for (int i = 0; i < 9; ++i) batch += to_server(kText, "sixteen bytes ab");
  batch += to_server(kPing, "p");
  const std::string large = to_server(kBinary, std::string(30'000, 'l'));
  std::vector<std::byte> sink(1 << 20);
  const auto round = [&] {
    (void)client.send(batch);
    server.turn(network.time);
    (void)client.send(std::string_view{large}.substr(0, 10'000));
    server.turn(network.time);
    (void)client.send(std::string_view{large}.substr(10'000));
    server.turn(network.time);
    (void)client.stream().read(sink);
    network.time += 1s;  // heartbeats and sweeps are in it
  };
  for (int i = 0; i < 100; ++i) round();
  const std::size_t before = allocations();
  for (int i = 0; i < 10'000; ++i) round();
  EXPECT_EQ(allocations(), before);
  EXPECT_GE(echo.messages, 100'000u);
  EXPECT_FALSE(client.ended);
}

TEST_F(WebSocket, NothingIsAllocatedForReconnects) {
  const auto round = [&](MemoryNetwork::Client& client, int i) {
    (void)client.send(upgrade_request("/echo"));
    server.turn(network.time);
    server.turn(network.time);
    (void)client.send(i % 2 == 0 ? to_server(kClose) : to_server(kText, "\xff"));
    server.turn(network.time);
    client.close();
    server.turn(network.time);
    server.turn(network.time);
  };
  echo.log.reserve(100'000);
  echo.peers.reserve(100'000);
  std::vector<MemoryNetwork::Client*> clients;
  for (int i = 0; i < 50; ++i) round(network.connect(4096, 4096), i);
  const std::uint64_t before = server.memory().allocations;
  for (int i = 0; i < 1000; ++i) round(network.connect(4096, 4096), i);
  EXPECT_EQ(server.memory().allocations, before);
  EXPECT_EQ(server.statistics().websocket_open, 0u);
  EXPECT_EQ(server.statistics().upgraded, 1050u);
}

}  // namespace
}  // namespace linnet::test
