// SPDX-License-Identifier: Apache-2.0
// The same echo server on Boost.Beast: one thread, asynchronous, a message read into a buffer that is kept
// and written back from there. Prints where it listens; SIGTERM ends it.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdio>
#include <memory>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::asio::ip::tcp;
using Failure = boost::system::error_code;

class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(tcp::socket socket) : stream_{std::move(socket)} {}

  void start() {
    stream_.next_layer().set_option(tcp::no_delay{true});
    stream_.async_accept([self = shared_from_this()](Failure failure) {
      if (!failure) self->read();
    });
  }

 private:
  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](Failure failure, std::size_t) {
      if (!failure) self->write();
    });
  }
  void write() {
    stream_.text(stream_.got_text());
    stream_.async_write(buffer_.data(), [self = shared_from_this()](Failure failure, std::size_t) {
      self->buffer_.clear();
      if (!failure) self->read();
    });
  }

  beast::websocket::stream<tcp::socket> stream_;
  beast::flat_buffer buffer_;
};

void accept(tcp::acceptor& acceptor) {
  acceptor.async_accept([&acceptor](Failure failure, tcp::socket socket) {
    if (!failure) std::make_shared<Session>(std::move(socket))->start();
    if (failure != asio::error::operation_aborted) accept(acceptor);
  });
}

}  // namespace

int main() {
  asio::io_context loop{1};
  tcp::acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};
  asio::signal_set signals{loop, SIGTERM};
  signals.async_wait([&loop](Failure, int) { loop.stop(); });
  std::printf("listening on ws://127.0.0.1:%u/\n", unsigned{acceptor.local_endpoint().port()});
  std::fflush(stdout);
  accept(acceptor);
  loop.run();
}
