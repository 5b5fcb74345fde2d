"""Cross-entropy against a mixture of the token that came and what a trigram says."""

import torch


class SoftCrossEntropy(torch.autograd.Function):
    """Mean cross-entropy of `softmax(x · W + b)`, `x` `[row, pos, d_model]`, and the same against the tokens alone.

    One row of text at a time, and the gradients on the way: logits of a whole batch would not stay in the
    processor's cache.
    """

    @staticmethod
    def forward(ctx, x, w, b, inputs, targets, trigram, share):
        d_x, d_w, d_b = torch.empty_like(x), torch.zeros_like(w), torch.zeros_like(b)
        whole, plain, n = 0.0, 0.0, targets.numel()
        for row in range(len(x)):
            log_probs = torch.addmm(b, x[row], w).log_softmax(-1)
            correct = targets[row, :, None]
            came = -log_probs.gather(1, correct).sum().item()
            plain, whole = plain + came, whole + (1 - share) * came
            d_logits = log_probs.exp()
            d_logits.scatter_add_(1, correct, torch.full(correct.shape, share - 1.0))
            if share > 0:
                soft = torch.from_numpy(trigram.rows(inputs[row].numpy()))
                # After BOS alone nothing is known of the text: there the first token is learnt from the text only.
                d_logits[1:].sub_(soft, alpha=share)
                d_logits[0, correct[0]] -= share
                whole += share * (-(soft * log_probs[1:]).sum() - log_probs[0, correct[0]]).item()
            d_logits /= n
            torch.mm(d_logits, w.t(), out=d_x[row])
            d_w.addmm_(x[row].t(), d_logits)
            d_b += d_logits.sum(0)
        ctx.save_for_backward(d_x, d_w, d_b)
        return x.new_tensor(whole / n), plain / n

    @staticmethod
    def backward(ctx, d_loss, _):
        d_x, d_w, d_b = ctx.saved_tensors
        return d_x * d_loss, d_w * d_loss, d_b * d_loss, None, None, None, None
