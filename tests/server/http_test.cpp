// SPDX-License-Identifier: Apache-2.0
// Plain HTTP on the server: routes, limits, statuses, keep-alive, slow clients.
#include "support/server_fixture.hpp"
#include "support/splits.hpp"

namespace linnet::test {
namespace {

struct Http : testing::Test, Fixture {
  Http()
      : page{[](const server::Request& request, server::Response& response) {
          response.text("page of " + std::string{request.path} + "?" + std::string{request.query} + " for " +
                        std::string{request.field("user-agent")});
        }} {
    EXPECT_TRUE(server.http("/page", page));
    EXPECT_TRUE(server.websocket("/echo", echo));
  }
  std::string ask(std::string_view request) {
    std::string answer;
    connect(request, answer);
    return answer;
  }
  Page page;
  Echo echo;
};

constexpr std::string_view kGet = "GET /page?x=1 HTTP/1.1\r\nHost: a\r\nUser-Agent: t\r\n\r\n";

TEST_F(Http, AnswersWithTheBodyAndItsLength) {
  const std::string answer = ask(kGet);
  EXPECT_EQ(answer,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 23\r\n\r\n"
            "page of /page?x=1 for t");
}

TEST_F(Http, TakesARequestHoweverItIsCut) {
  const std::string whole = ask(kGet);
  for_each_split(kGet, [&](const Chunks& chunks) {
    auto& client = network.connect();
    for (const std::string& chunk : chunks) {
      EXPECT_TRUE(client.send(chunk));
      settle();
    }
    EXPECT_EQ(client.receive(), whole);
    client.close();
  });
}

TEST_F(Http, AnswersSeveralRequestsInOneReadInOrder) {
  std::string answer = ask(std::string{kGet} + "HEAD /page HTTP/1.1\r\nHost: a\r\n\r\n" + std::string{kGet});
  EXPECT_TRUE(has(take_head(answer), "200 OK"));
  EXPECT_TRUE(answer.starts_with("page of /page?x=1 for t"));
  answer.erase(0, 23);
  EXPECT_TRUE(has(take_head(answer), "Content-Length: 19\r\n")) << "of the body that HEAD does not get";
  EXPECT_TRUE(has(take_head(answer), "200 OK"));
  EXPECT_EQ(answer, "page of /page?x=1 for t");
}

TEST_F(Http, KeepsTheConnectionUntilItIsIdleForTooLong) {
  std::string answer;
  auto& client = connect(kGet, answer);
  advance(10s);
  EXPECT_TRUE(client.send(kGet));
  settle();
  EXPECT_TRUE(has(client.receive(), "200 OK"));
  advance(14s);
  EXPECT_EQ(client.receive(), "");
  EXPECT_FALSE(client.ended);
  advance(2s);
  EXPECT_EQ(client.receive(), "");
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(server.statistics().http_open, 0u);
}

TEST_F(Http, ClosesWhenAsked) {
  std::string answer;
  auto& client = connect("GET /page HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Close\r\n\r\n", answer);
  EXPECT_TRUE(has(answer, "Connection: close\r\n"));
  EXPECT_TRUE(client.ended);
  client.close();
  settle();
  EXPECT_EQ(server.statistics().http_open, 0u);
}

TEST_F(Http, RefusesWithAStatusAndOneLine) {
  struct Case {
    std::string request;
    std::string status;
    std::string field;
  };
  const std::string host = "Host: a\r\n\r\n";
  const std::vector<Case> cases{
      {"GET /nothing HTTP/1.1\r\n" + host, "404 Not Found", ""},
      {"POST /page HTTP/1.1\r\n" + host, "405 Method Not Allowed", "Allow: GET, HEAD\r\n"},
      {"BREW /page HTTP/1.1\r\n" + host, "405 Method Not Allowed", "Allow: GET, HEAD\r\n"},
      {"POST /echo HTTP/1.1\r\n" + host, "405 Method Not Allowed", "Allow: GET\r\n"},
      {"GET /echo HTTP/1.1\r\n" + host, "426 Upgrade Required", "Sec-WebSocket-Version: 13\r\n"},
      {"GET /echo HTTP/1.1\r\n" + host, "426 Upgrade Required", "Upgrade: websocket\r\n"},
      {"GET /page HTTP/1.1\r\n\r\n", "400 Bad Request", "Connection: close\r\n"},
      {"GET /page HTTP/1.1\r\nHost: b\r\n" + host, "400 Bad Request", ""},
      {"GET /page HTTP/1.1\r\nbad header\r\n" + host, "400 Bad Request", ""},
      {"GET /page HTTP/2.0\r\n" + host, "505 HTTP Version Not Supported", ""},
      {"POST /page HTTP/1.1\r\nContent-Length: 65537\r\n" + host, "413 Content Too Large", ""},
      {"POST /page HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n" + host, "400 Bad Request", ""},
      {"POST /page HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + host, "501 Not Implemented", ""},
      {"POST /page HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n" + host, "400 Bad Request",
       ""},
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n" + host, "414 URI Too Long", ""},
      {"GET /page HTTP/1.1\r\nA: " + std::string(9000, 'a') + "\r\n" + host,
       "431 Request Header Fields Too Large", ""},
      {"\x16\x03\x01\x02", "400 Bad Request", "Connection: close\r\n"},  // TLS on a plain port: told at once
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.request.substr(0, 60));
    std::string answer = ask(each.request);
    const std::string head = take_head(answer);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 " + each.status + "\r\n")) << head;
    EXPECT_TRUE(has(head, each.field)) << head;
    EXPECT_TRUE(answer.size() > 5 && answer.find('\n') == answer.size() - 1) << answer;
  }
}

TEST_F(Http, RefusesTooManyFieldsAndTooLongAHead) {
  std::string many = "GET /page HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 100; ++i) many += "A: b\r\n";
  EXPECT_TRUE(has(ask(many + "\r\n"), " 431 "));
  std::string large = "GET /page HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 10; ++i) large += "A: " + std::string(2000, 'b') + "\r\n";
  EXPECT_TRUE(has(ask(large + "\r\n"), " 431 "));
}

TEST_F(Http, ASlowRequestIsAnsweredAndItsConnectionClosed) {
  auto& client = network.connect();
  for (char byte : std::string{"GET /page HTTP/1.1\r\nHost"}) {
    EXPECT_TRUE(client.send({&byte, 1}));
    advance(430ms);
  }
  EXPECT_TRUE(client.receive().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(server.statistics().drop(server::Drop::slow_request), 1u);
  advance(3s);  // it does not close its side: neither do we wait for ever
  EXPECT_EQ(server.statistics().http_open, 0u);
}

TEST_F(Http, TheTimeOfARequestBeginsWithItsFirstByte) {
  std::string answer;
  auto& client = connect(kGet, answer);
  advance(14s);
  EXPECT_TRUE(client.send("GET"));
  advance(9s);
  EXPECT_TRUE(client.send(kGet.substr(3)));
  settle();
  EXPECT_TRUE(has(client.receive(), "200 OK"));
}

TEST_F(Http, DeliversASmallBodyWhole) {
  std::string seen;
  Page post{[&seen](const server::Request& request, server::Response& response) {
    seen = as_text(request.body);
    response.status = 204;
  }};
  EXPECT_TRUE(server.http("/post", post, static_cast<std::uint8_t>(server::Method::post)));
  const std::string body(20'000, 'x');
  const std::string request = "POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n" + body;
  for_each_split(request + std::string{kGet}, [&](const Chunks& chunks) {
    seen.clear();
    auto& client = network.connect();
    for (const std::string& chunk : chunks) {
      EXPECT_TRUE(client.send(chunk));
      if (chunks.size() < 5000) settle();
    }
    settle();
    const std::string answer = client.receive();
    EXPECT_EQ(seen, body);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 204 \r\n") || answer.starts_with("HTTP/1.1 204 No")) << answer;
    EXPECT_TRUE(has(answer, "page of /page")) << "the request behind the body";
    client.close();
  });
}

TEST_F(Http, ABodyLargerThanTheSocketTakesGoesOn) {
  const std::string body(3'000'000, 'y');
  Page large{[&body](const server::Request&, server::Response& response) { response.view(as_bytes(body)); }};
  EXPECT_TRUE(server.http("/large", large));
  auto& client = network.connect(1 << 16, 1000);
  EXPECT_TRUE(client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\nGET /page HTTP/1.1\r\nHost: a\r\n\r\n"));
  std::string answer;
  for (int i = 0; i < 5000; ++i) {
    settle();
    answer += client.receive();
  }
  take_head(answer);
  EXPECT_TRUE(answer.starts_with(body));
  answer.erase(0, body.size());
  EXPECT_TRUE(has(take_head(answer), "200 OK")) << "the request behind it waited";
}

TEST_F(Http, OverTheLimitOfConnectionsA503) {
  Fixture small{{.max_connections = 2}};
  EXPECT_TRUE(small.server.http("/page", page));
  std::string answer;
  auto& first = small.connect(kGet, answer);
  small.connect(kGet, answer);
  auto& third = small.network.connect();
  small.settle();
  EXPECT_TRUE(third.receive().starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_TRUE(third.ended);
  EXPECT_EQ(small.server.statistics().drop(server::Drop::connection_limit), 1u);
  third.close();
  first.close();
  small.settle();
  small.connect(kGet, answer);
  EXPECT_TRUE(has(answer, "200 OK"));
}

TEST_F(Http, AnAnswerThatIsNoneBecomesA500) {
  Page bad{[](const server::Request&, server::Response& response) { response.field("A", "b\r\nC: d"); }};
  EXPECT_TRUE(server.http("/bad", bad));
  EXPECT_TRUE(has(ask("GET /bad HTTP/1.1\r\nHost: a\r\n\r\n"), " 500 "));
}

TEST_F(Http, AcceptsTheAbsoluteForm) {
  EXPECT_TRUE(has(ask("GET http://a/page?q HTTP/1.1\r\nHost: a\r\n\r\n"), "page of /page?q "));
}

TEST_F(Http, AVanishedClientCostsNothing) {
  auto& client = network.connect();
  EXPECT_TRUE(client.send("GET /pa"));
  settle();
  client.close();
  settle();
  EXPECT_EQ(server.statistics().http_open, 0u);
  EXPECT_EQ(server.memory().buffered, 0u);
}

}  // namespace
}  // namespace linnet::test
