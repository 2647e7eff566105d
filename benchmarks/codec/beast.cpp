// SPDX-License-Identifier: Apache-2.0
// Boost.Beast's websocket::stream, synchronous, over a stream in memory. Its defaults stay (UTF-8 checked,
// masking keys from its secure generator) but for automatic fragmentation, which is off: its default cuts a
// large message into frames of 4 KiB, at a higher cost than one frame.
#include <boost/asio/buffer.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdlib>
#include <functional>
#include <string>

#include "measure.hpp"

namespace beast = boost::beast;

namespace {

/// What Beast reads is set by the test; what it writes goes to `write_out`, and to `record` if there is one.
class MemoryStream {
 public:
  using executor_type = boost::asio::system_executor;
  executor_type get_executor() noexcept { return {}; }

  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers, beast::error_code& error) {
    if (input.size() == 0 && on_starved) on_starved();
    const std::size_t size = boost::asio::buffer_copy(buffers, input);
    input += size;
    error = {};
    if (size == 0) error = boost::asio::error::eof;
    return size;
  }

  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers) {
    beast::error_code error;
    const std::size_t size = read_some(buffers, error);
    if (error) std::abort();
    return size;
  }

  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers, beast::error_code& error) {
    iovec parts[8];
    std::size_t count = 0;
    std::size_t total = 0;
    for (auto it = boost::asio::buffer_sequence_begin(buffers);
         it != boost::asio::buffer_sequence_end(buffers); ++it) {
      const boost::asio::const_buffer part = *it;
      if (count == std::size(parts)) break;
      parts[count++] = {const_cast<void*>(part.data()), part.size()};
      total += part.size();
      if (recording) record.append(static_cast<const char*>(part.data()), part.size());
    }
    bench::write_out(parts, count);
    error = {};
    return total;
  }

  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers) {
    beast::error_code error;
    return write_some(buffers, error);
  }

  boost::asio::const_buffer input;
  bool recording = false;
  std::string record;
  std::function<void()> on_starved;
};

void teardown(beast::role_type, MemoryStream&, beast::error_code& error) {
  error = {};
}

using Stream = beast::websocket::stream<MemoryStream, false>;  // false: no permessage-deflate

class Beast {
 public:
  Beast() {
    // The client waits for its answer inside handshake(): that is when the server gets the request.
    MemoryStream& to_server = server_.next_layer();
    MemoryStream& to_client = client_.next_layer();
    to_server.recording = to_client.recording = true;
    to_client.on_starved = [&] {
      to_server.input = boost::asio::buffer(to_client.record);
      server_.accept();
      to_client.input = boost::asio::buffer(to_server.record);
    };
    client_.handshake("localhost", "/");
    to_client.on_starved = nullptr;
    to_server.recording = to_client.recording = false;
    for (Stream* stream : {&server_, &client_}) {
      stream->binary(true);
      stream->auto_fragment(false);
    }
  }

  void parse(bench::Bytes frame) {
    server_.next_layer().input = boost::asio::buffer(frame.data(), frame.size());
    beast::error_code error;
    server_.read(buffer_, error);
    if (error) std::abort();
    bench::deliver(buffer_.data().data(), buffer_.size(), server_.got_text());
    buffer_.consume(buffer_.size());
  }

  void client_encode(bench::Bytes payload) { encode(client_, payload); }
  void server_encode(bench::Bytes payload) { encode(server_, payload); }

 private:
  static void encode(Stream& stream, bench::Bytes payload) {
    beast::error_code error;
    stream.write(boost::asio::buffer(payload.data(), payload.size()), error);
    if (error) std::abort();
  }

  Stream server_;
  Stream client_;
  beast::flat_buffer buffer_;
};

}  // namespace

int main() {
  Beast beast;
  return bench::run(beast);
}
