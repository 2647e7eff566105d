// SPDX-License-Identifier: Apache-2.0
// websocketpp's protocol processor for RFC 6455, driven as its connection class does, without the
// connection's own queue and locks and without a transport: less work than an application of it can have.
// (Its iostream transport writes a log line into a stringstream at each read, which would count against it
// here.)
#include <cstdlib>
#include <cstring>
#include <string>
#include <websocketpp/concurrency/none.hpp>
#include <websocketpp/config/core_client.hpp>
#include <websocketpp/processors/hybi13.hpp>

#include "measure.hpp"

namespace {

struct Config : websocketpp::config::core_client {  // its masking keys: std::random_device
  using concurrency_type = websocketpp::concurrency::none;
  using rng_type = websocketpp::random::random_device::int_generator<uint32_t, concurrency_type>;
};

class Websocketpp {
 public:
  void parse(bench::Bytes frame) {
    std::memcpy(buffer_, frame.data(), frame.size());
    std::size_t used = 0;
    websocketpp::lib::error_code error;
    while (used < frame.size()) {
      used += server_.consume(buffer_ + used, frame.size() - used, error);
      if (error) std::abort();
      if (!server_.ready()) continue;
      const Message message = server_.get_message();
      const std::string& payload = message->get_payload();
      bench::deliver(payload.data(), payload.size(),
                     message->get_opcode() == websocketpp::frame::opcode::text);
    }
  }

  void client_encode(bench::Bytes payload) { encode(client_, payload); }
  void server_encode(bench::Bytes payload) { encode(server_, payload); }

 private:
  using Manager = Config::con_msg_manager_type;
  using Message = Config::message_type::ptr;
  using Processor = websocketpp::processor::hybi13<Config>;

  void encode(Processor& processor, bench::Bytes payload) {
    const Message in = manager_->get_message(websocketpp::frame::opcode::binary, payload.size());
    in->append_payload(payload.data(), payload.size());
    const Message out = manager_->get_message();
    if (processor.prepare_data_frame(in, out)) std::abort();
    const std::string& header = out->get_header();
    const std::string& body = out->get_payload();
    const iovec parts[2] = {{const_cast<char*>(header.data()), header.size()},
                            {const_cast<char*>(body.data()), body.size()}};
    bench::write_out(parts, 2);
  }

  Config::rng_type random_;
  Manager::ptr manager_ = std::make_shared<Manager>();
  Processor server_{false, true, manager_, random_};
  Processor client_{false, false, manager_, random_};
  uint8_t buffer_[65536 + 14];
};

}  // namespace

int main() {
  Websocketpp websocketpp;
  return bench::run(websocketpp);
}
