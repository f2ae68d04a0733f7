// Calls of libtorch that its Rust binding lacks.

#include <torch/csrc/autograd/autograd.h>

#include <ATen/ops/convolution_backward.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

namespace {

// Where a call says what went wrong: at most `room` bytes, with a zero at their end.
struct Message {
  char *text;
  size_t room;
};

// Whether a call came to its end.
template <typename Call> bool tried(Message message, Call call) {
  try {
    call();
    return true;
  } catch (const std::exception &error) {
    std::string said = error.what();
    size_t length = std::min(said.size(), message.room - 1);
    std::memcpy(message.text, said.data(), length);
    message.text[length] = 0;
    return false;
  }
}

// A tensor that the caller owns; null if there is none.
at::Tensor *handed_out(const at::Tensor &tensor) { return tensor.defined() ? new at::Tensor(tensor) : nullptr; }

} // namespace

extern "C" {

// Fills `found` with the gradients of <cotangent, output> at the inputs; null where an input plays no part. The record is kept. (The binding's own
// call takes no cotangent, so that an inner product has to be recorded and differentiated, which goes through every output four times more.)
bool mtlc_gradients(const at::Tensor *output, const at::Tensor *cotangent, const at::Tensor *const *inputs, size_t count, at::Tensor **found,
                    Message message) {
  return tried(message, [&] {
    std::vector<at::Tensor> asked;
    for (size_t at = 0; at < count; ++at) asked.push_back(*inputs[at]);
    auto gradients = torch::autograd::grad({*output}, asked, {*cotangent}, /*retain_graph=*/true, /*create_graph=*/false,
                                           /*allow_unused=*/true);
    for (size_t at = 0; at < count; ++at) {
      const auto &gradient = gradients[at];
      // A gradient that is the cotangent itself would be written over by whoever has it alone, as it thinks.
      bool shared = gradient.defined() && gradient.is_alias_of(*cotangent);
      found[at] = handed_out(shared ? gradient.clone() : gradient);
    }
  });
}

// How filters walk over pictures; pairs are height and width.
struct Walk {
  int64_t stride[2], margin[2], dilation[2], rest[2], groups;
  bool transposed;
};

// Fills `found` with the gradients of pictures, filters and bias that are wanted; null where one is not.
bool mtlc_convolution_gradients(const at::Tensor *gradient, const at::Tensor *pictures, const at::Tensor *filters, const Walk *walk,
                                const bool *wanted, at::Tensor **found, Message message) {
  return tried(message, [&] {
    c10::NoGradGuard nothing_is_recorded;
    // Of outputs' channels there are as many as the gradient has.
    std::array<int64_t, 1> bias = {gradient->size(1)};
    auto [of_pictures, of_filters, of_bias] =
        at::convolution_backward(*gradient, *pictures, *filters, at::IntArrayRef(bias), walk->stride, walk->margin, walk->dilation,
                                 walk->transposed, walk->rest, walk->groups, {wanted[0], wanted[1], wanted[2]});
    // Some it finds whether they are wanted or not.
    found[0] = wanted[0] ? handed_out(of_pictures) : nullptr;
    found[1] = wanted[1] ? handed_out(of_filters) : nullptr;
    found[2] = wanted[2] ? handed_out(of_bias) : nullptr;
  });
}
}
